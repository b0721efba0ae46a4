-- What cursors of subscriptions are authenticated with. It lives beside the log whose positions they hold, so that all
-- processes of a service share it, a restart keeps it, and a cursor of another database is known as foreign.
CREATE TABLE cursor_key (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  key      bytea NOT NULL
);

-- Who resumes reads the events of one message key or of one customer, from a position on.
CREATE INDEX events_by_key ON events (message_key, position);
CREATE INDEX events_by_customer ON events (customer_id, position) WHERE customer_id IS NOT NULL;
