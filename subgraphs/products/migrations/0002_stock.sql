-- What each order holds back. One row for each order that was seen, whatever became of it:
-- a message that comes twice, or after its order has ended, finds the row and does nothing.
CREATE TABLE stock_reservations (
  order_id text PRIMARY KEY,
  status text NOT NULL CHECK (status IN ('RESERVED', 'RELEASED', 'REJECTED', 'SHIPPED')),
  -- [{ "productId", "quantity" }], each product once.
  lines jsonb NOT NULL,
  -- The version of the aggregate: the number of its events so far.
  version integer NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);

-- The book of adjustments by staff, and what makes a repeated request harmless.
CREATE TABLE stock_adjustments (
  viewer text NOT NULL,
  idempotency_key text NOT NULL,
  product_id uuid NOT NULL REFERENCES products (id),
  delta integer NOT NULL,
  reason text NOT NULL,
  adjusted_at timestamptz NOT NULL,
  PRIMARY KEY (viewer, idempotency_key)
);

CREATE INDEX stock_adjustments_product ON stock_adjustments (product_id, adjusted_at);
