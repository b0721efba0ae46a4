-- Tokens that ended before their time: written down together with what ended them, told to gateways (through Redis)
-- until that has succeeded. The member is as packages/auth describes it.
CREATE TABLE revocations (
  member       text PRIMARY KEY,
  -- When the last token that it ends has expired anyway.
  until_at     timestamptz(3) NOT NULL,
  delivered_at timestamptz(3)
);

CREATE INDEX revocations_waiting_idx ON revocations (member) WHERE delivered_at IS NULL;
CREATE INDEX revocations_until_at_idx ON revocations (until_at);
