ALTER TABLE calls ADD COLUMN out_trunk text;
ALTER TABLE calls ADD COLUMN placed_by text;
CREATE INDEX calls_by_out_trunk ON calls (out_trunk, started_at, id) WHERE out_trunk IS NOT NULL;
CREATE INDEX calls_by_placed_by ON calls (placed_by, started_at, id) WHERE placed_by IS NOT NULL;
