-- The audit log as admins read it: what services tell of accounts and programs on user-events, each event once.
CREATE TABLE audit_log (
  event_id  uuid PRIMARY KEY,
  type      text NOT NULL,
  at        timestamptz(3) NOT NULL,
  -- Whom or what it is about: an account, a program, or a person at a program.
  user_id   text,
  client_id text,
  -- Who did it, where somebody did it to somebody else.
  actor_id  text,
  data      jsonb NOT NULL
);

CREATE INDEX audit_log_at_idx ON audit_log (at DESC, event_id DESC);
CREATE INDEX audit_log_user_id_idx ON audit_log (user_id, at DESC, event_id DESC);
CREATE INDEX audit_log_client_id_idx ON audit_log (client_id, at DESC, event_id DESC);
