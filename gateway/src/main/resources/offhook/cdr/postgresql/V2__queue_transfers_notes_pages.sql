ALTER TABLE calls ADD COLUMN queue text;
ALTER TABLE calls ADD COLUMN queue_millis bigint;
ALTER TABLE calls ADD COLUMN transfers jsonb NOT NULL DEFAULT '[]';
ALTER TABLE calls ADD COLUMN notes jsonb NOT NULL DEFAULT '{}';
ALTER TABLE calls ADD COLUMN pages jsonb NOT NULL DEFAULT '{}';
