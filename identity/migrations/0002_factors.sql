-- Second factors of accounts. What is secret in them is sealed, bound to the factor's id.
CREATE TABLE factors (
  id            uuid PRIMARY KEY,
  account_id    text NOT NULL,
  kind          text NOT NULL CHECK (kind IN ('totp', 'passkey', 'sms')),
  sealed        text NOT NULL,
  -- Passkeys: what the authenticator calls itself.
  credential_id text UNIQUE,
  -- Time-based codes: the last step that was used; it and those before it are refused (RFC 6238, section 5.2).
  last_step     bigint,
  created_at    timestamptz(3) NOT NULL DEFAULT now(),
  used_at       timestamptz(3)
);

CREATE INDEX factors_account_id_idx ON factors (account_id, created_at);

-- Ten at a time, each good once; only keyed hashes.
CREATE TABLE backup_codes (
  account_id text NOT NULL,
  hash       text NOT NULL,
  used_at    timestamptz(3),
  PRIMARY KEY (account_id, hash)
);

-- Since when an account has had to have a second factor: its grace begins then.
CREATE TABLE factor_duties (
  account_id text PRIMARY KEY,
  since      timestamptz(3) NOT NULL DEFAULT now()
);
