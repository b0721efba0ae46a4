-- The audit log is read by the person or program that it is about.
CREATE INDEX events_audit_idx ON events (message_key, seq) WHERE aggregate_type = 'Audit';
