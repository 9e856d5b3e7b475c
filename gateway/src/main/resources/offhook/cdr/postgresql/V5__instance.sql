ALTER TABLE calls ADD COLUMN instance text;
CREATE TABLE offhook_gateways (
    run         text PRIMARY KEY,
    node        text NOT NULL,
    since       timestamptz NOT NULL,
    seen_at     timestamptz NOT NULL
);
