CREATE TABLE calls (
    id              TEXT PRIMARY KEY,
    node            TEXT NOT NULL,
    direction       TEXT,
    source          TEXT NOT NULL,
    caller          TEXT NOT NULL,
    caller_name     TEXT NOT NULL,
    withheld        INTEGER NOT NULL,
    called          TEXT NOT NULL,
    agent           TEXT NOT NULL,
    started_at      TEXT NOT NULL,
    ringing_at      TEXT,
    answered_at     TEXT,
    ended_at        TEXT,
    set_up_millis   INTEGER,
    talk_millis     INTEGER,
    result          TEXT,
    ended_by        TEXT,
    reason          TEXT,
    sip_code        INTEGER,
    q850_cause      INTEGER,
    detail          TEXT,
    legs            TEXT NOT NULL,
    headers         TEXT NOT NULL
);

CREATE INDEX calls_by_start ON calls (started_at);
CREATE INDEX calls_open ON calls (node) WHERE ended_at IS NULL;
