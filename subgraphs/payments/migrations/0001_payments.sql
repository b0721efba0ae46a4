-- The inline read table of the Payment aggregate, written in the transaction of every append.
CREATE TABLE payments (
  id               uuid PRIMARY KEY,
  order_id         uuid NOT NULL,
  customer_id      uuid NOT NULL,
  status           text NOT NULL,
  -- Minor units; every amount of a payment is in its currency.
  amount           bigint NOT NULL,
  currency         text NOT NULL,
  captured_amount  bigint NOT NULL DEFAULT 0,
  refunded_amount  bigint NOT NULL DEFAULT 0,
  method_brand     text,
  method_last4     text,
  decline_code     text,
  version          integer NOT NULL,
  created_at       timestamptz NOT NULL,
  updated_at       timestamptz NOT NULL
);
CREATE INDEX payments_by_order ON payments (order_id, created_at DESC);
CREATE INDEX payments_by_customer ON payments (customer_id, created_at DESC, id DESC);
CREATE INDEX payments_by_status ON payments (status, created_at DESC, id DESC);
CREATE INDEX payments_by_age ON payments (created_at DESC, id DESC);

CREATE TABLE refunds (
  id          uuid PRIMARY KEY,
  payment_id  uuid NOT NULL REFERENCES payments (id),
  amount      bigint NOT NULL,
  currency    text NOT NULL,
  reason      text NOT NULL,
  status      text NOT NULL,
  created_at  timestamptz NOT NULL,
  updated_at  timestamptz NOT NULL
);
CREATE INDEX refunds_by_payment ON refunds (payment_id, created_at);

-- What the provider needs and no event may hold: removed as soon as the provider has answered.
CREATE TABLE payment_instructions (
  payment_id     uuid PRIMARY KEY,
  payment_token  text NOT NULL,
  created_at     timestamptz NOT NULL DEFAULT now()
);

-- Orders that were cancelled before their ProcessPayment arrived: two topics have no order between them.
CREATE TABLE cancelled_orders (
  order_id      uuid PRIMARY KEY,
  cancelled_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX cancelled_orders_by_age ON cancelled_orders (cancelled_at);

-- Refunds asked for under a key of the viewer's: the same key is carried out once.
CREATE TABLE refund_keys (
  viewer      text NOT NULL,
  key         text NOT NULL,
  -- What was asked for, to tell a repeat from another request under the same key.
  request     jsonb NOT NULL,
  payment_id  uuid NOT NULL,
  refund_id   uuid NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (viewer, key)
);
