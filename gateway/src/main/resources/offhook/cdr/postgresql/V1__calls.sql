CREATE TABLE calls (
    id              text PRIMARY KEY,
    node            text NOT NULL,
    direction       text,
    source          text NOT NULL,
    caller          text NOT NULL,
    caller_name     text NOT NULL,
    withheld        boolean NOT NULL,
    called          text NOT NULL,
    agent           text NOT NULL,
    started_at      timestamptz NOT NULL,
    ringing_at      timestamptz,
    answered_at     timestamptz,
    ended_at        timestamptz,
    set_up_millis   bigint,
    talk_millis     bigint,
    result          text,
    ended_by        text,
    reason          text,
    sip_code        integer,
    q850_cause      integer,
    detail          text,
    legs            jsonb NOT NULL,
    headers         jsonb NOT NULL
);

CREATE INDEX calls_by_start ON calls (started_at);
CREATE INDEX calls_open ON calls (node) WHERE ended_at IS NULL;
