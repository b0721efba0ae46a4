-- The memory of the sandbox provider: in reality it lies with the provider. One row for each operation it carried
-- out, under the caller's idempotency key.
CREATE TABLE provider_sandbox_ledger (
  idempotency_key   text PRIMARY KEY,
  operation         text NOT NULL CHECK (operation IN ('authorize', 'capture', 'void', 'refund')),
  payment_id        text NOT NULL,
  authorization_id  text,
  amount            bigint,
  currency          text,
  -- What was answered, and is answered again to the same key.
  answer            jsonb NOT NULL,
  -- How often the key was used.
  calls             integer NOT NULL DEFAULT 1,
  created_at        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX provider_sandbox_ledger_by_payment ON provider_sandbox_ledger (payment_id);
