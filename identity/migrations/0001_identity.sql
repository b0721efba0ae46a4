-- Programs that may ask for tokens (RFC 7591 names in metadata). What a first-party program may do is what its user may.
CREATE TABLE clients (
  id          text PRIMARY KEY,
  metadata    jsonb NOT NULL,
  first_party boolean NOT NULL,
  -- Scopes of the API that it may be granted.
  scopes      text[] NOT NULL,
  quota_tier  text NOT NULL,
  created_at  timestamptz(3) NOT NULL DEFAULT now(),
  disabled_at timestamptz(3)
);

-- Several at once while a secret is changed; only HMAC-SHA-512 of each, under a key that is not in this database.
CREATE TABLE client_secrets (
  client_id  text NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  hash       text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  expires_at timestamptz(3),
  PRIMARY KEY (client_id, hash)
);

-- What a person has allowed a program; every token of theirs names one.
CREATE TABLE grants (
  id         text PRIMARY KEY,
  account_id text,
  client_id  text,
  payload    jsonb NOT NULL,
  expires_at timestamptz(3) NOT NULL
);

CREATE INDEX grants_account_id_idx ON grants (account_id);
CREATE INDEX grants_expires_at_idx ON grants (expires_at);

-- Refresh tokens as keyed hashes: who reads this table can use none of them.
CREATE TABLE refresh_tokens (
  hash        text PRIMARY KEY,
  grant_id    text NOT NULL,
  -- The token that this one was exchanged for.
  parent      text,
  payload     jsonb NOT NULL,
  expires_at  timestamptz(3) NOT NULL,
  consumed_at timestamptz(3)
);

CREATE INDEX refresh_tokens_grant_id_idx ON refresh_tokens (grant_id);
CREATE INDEX refresh_tokens_parent_idx ON refresh_tokens (parent);
CREATE INDEX refresh_tokens_expires_at_idx ON refresh_tokens (expires_at);

-- Private keys that sign tokens, sealed. Each is published from created_at on, signs from signs_at until its successor
-- does, and is withdrawn at withdrawn_at.
CREATE TABLE signing_keys (
  kid          text PRIMARY KEY,
  sealed       text NOT NULL,
  created_at   timestamptz(3) NOT NULL,
  signs_at     timestamptz(3) NOT NULL,
  withdrawn_at timestamptz(3)
);
