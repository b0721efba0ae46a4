-- What one order needs to be shown, written in the transaction of its events: strongly consistent.
CREATE TABLE orders (
  order_id            uuid PRIMARY KEY,
  customer_id         uuid NOT NULL,
  payment_id          uuid NOT NULL,
  status              text NOT NULL,
  cancel_reason       text,
  total_amount        integer NOT NULL,
  total_currency      char(3) NOT NULL,
  tracking_number     text,
  shipping_address_id text,
  placed_at           timestamptz NOT NULL,
  updated_at          timestamptz NOT NULL
);
-- The architecture's idx_orders_user_created, without its condition: a customer's page shows cancelled orders too.
CREATE INDEX orders_by_customer ON orders (customer_id, placed_at DESC, order_id DESC);
CREATE INDEX orders_by_status ON orders (status, placed_at DESC, order_id DESC);
CREATE INDEX orders_by_placed_at ON orders (placed_at DESC, order_id DESC);

CREATE TABLE order_items (
  order_id      uuid NOT NULL REFERENCES orders,
  line          smallint NOT NULL,
  product_id    text NOT NULL,
  sku           text NOT NULL,
  name          text NOT NULL,
  quantity      smallint NOT NULL,
  unit_amount   integer NOT NULL,
  unit_currency char(3) NOT NULL,
  PRIMARY KEY (order_id, line)
);
CREATE INDEX order_items_by_product ON order_items (product_id);

-- Orders' own copy of what products cost, fed by product-events.
CREATE TABLE product_prices (
  product_id        text PRIMARY KEY,
  sku               text NOT NULL,
  name              text NOT NULL,
  price_amount      integer NOT NULL,
  price_currency    char(3) NOT NULL,
  active            boolean NOT NULL,
  aggregate_version integer NOT NULL
);

-- What makes a repeated placeOrder harmless. Keys belong to a viewer; the hash tells a repeat from a reuse.
CREATE TABLE idempotency_keys (
  viewer_id       uuid NOT NULL,
  idempotency_key text NOT NULL,
  payload_hash    bytea NOT NULL,
  order_id        uuid NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (viewer_id, idempotency_key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- The card token of an order, from placing until payments is asked or the order ends; events must not keep it.
CREATE TABLE payment_instructions (
  order_id      uuid PRIMARY KEY,
  payment_token text NOT NULL
);
