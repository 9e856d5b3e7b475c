ALTER TABLE calls ADD COLUMN mos REAL;
UPDATE calls SET mos = (
    SELECT nullif(min(min(coalesce(value->>'mos', 9), coalesce(value->>'peerMos', 9))), 9)
    FROM json_each(calls.legs)) WHERE legs <> '[]';
DROP INDEX calls_by_start;
CREATE INDEX calls_by_start ON calls (started_at, id);
CREATE INDEX calls_by_source ON calls (source, started_at, id);
CREATE INDEX calls_by_agent ON calls (agent, started_at, id);
CREATE INDEX calls_by_queue ON calls (queue, started_at, id) WHERE queue IS NOT NULL;
CREATE INDEX calls_by_verdict ON calls (verdict, started_at, id) WHERE verdict IS NOT NULL;
