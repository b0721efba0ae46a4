-- Columns that end in _sealed hold personal data, encrypted with AES-256-GCM as v1.<key id>.<iv>.<tag>.<ciphertext>
-- and bound to their table, column and row (docs/adr/0016-pii-encryption.md).

CREATE TABLE users (
  id            uuid PRIMARY KEY,
  -- Grows by one with each event of the account.
  version       integer NOT NULL CHECK (version > 0),
  -- The public display name; not sealed, because it is shown to others and searched by prefix.
  name          text NOT NULL,
  email_sealed  text NOT NULL,
  -- Blind index: <key id>.<HMAC-SHA-256 of the normalised address>. Compared byte by byte.
  email_index   text COLLATE "C" NOT NULL CONSTRAINT users_email_index_key UNIQUE,
  phone_sealed  text,
  -- PHC string, argon2id.
  password_hash text NOT NULL,
  roles         text[] NOT NULL CHECK (
    cardinality(roles) > 0 AND roles <@ ARRAY['customer', 'employee', 'manager', 'admin', 'super_admin']
  ),
  -- Milliseconds, as cursors and clients see it: a finer time could not be compared with what a cursor holds.
  created_at    timestamptz(3) NOT NULL,
  updated_at    timestamptz(3) NOT NULL
);

CREATE INDEX users_created_at_idx ON users (created_at, id);
CREATE INDEX users_roles_idx ON users USING gin (roles);
CREATE INDEX users_name_prefix_idx ON users (lower(name) text_pattern_ops);

CREATE TABLE addresses (
  id                 uuid PRIMARY KEY,
  user_id            uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  recipient_sealed   text NOT NULL,
  line1_sealed       text NOT NULL,
  line2_sealed       text,
  city_sealed        text NOT NULL,
  region_sealed      text,
  postal_code_sealed text,
  -- The country alone identifies nobody, and shipping and tax group by it.
  country_code       text NOT NULL CHECK (country_code ~ '^[A-Z]{2}$'),
  is_default         boolean NOT NULL,
  created_at         timestamptz(3) NOT NULL
);

CREATE INDEX addresses_user_id_idx ON addresses (user_id, created_at, id);
-- At most one default for each account, whatever the code does.
CREATE UNIQUE INDEX addresses_default_key ON addresses (user_id) WHERE is_default;
