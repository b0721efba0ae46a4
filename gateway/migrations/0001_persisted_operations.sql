-- Operations that clients have registered: what a partner may run, and nothing else. Nothing is ever deleted, so that a
-- gateway which asks what has changed since it last asked is told of what was revoked too.
CREATE TABLE persisted_operations (
  client_id text NOT NULL,
  id text NOT NULL,
  name text NOT NULL,
  type text NOT NULL CHECK (type IN ('query', 'mutation', 'subscription')),
  body text NOT NULL,
  -- Of the body, in hexadecimal: the form in which automatic persisted queries name it.
  sha256 text NOT NULL,
  -- The estimate at publishing, null when it depends on what is asked.
  cost integer,
  published_at timestamptz NOT NULL DEFAULT now(),
  revoked_at timestamptz,
  -- Of the transaction that touched it last, see below.
  revision bigint NOT NULL,
  PRIMARY KEY (client_id, id)
);

CREATE INDEX persisted_operations_by_revision ON persisted_operations (revision);

-- One row, locked by every change until it commits: revisions become visible in their order, none is missed.
CREATE TABLE persisted_operations_revision (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  revision bigint NOT NULL
);

INSERT INTO persisted_operations_revision (revision) VALUES (0);

-- Who changed what. `problems` are those that were overruled by --force.
CREATE TABLE persisted_operations_log (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  action text NOT NULL CHECK (action IN ('publish', 'revoke', 'check')),
  client_id text,
  ids text[] NOT NULL,
  forced boolean NOT NULL,
  problems text[] NOT NULL
);
