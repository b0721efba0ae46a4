import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Principal } from '@supergraph/auth';
import type { ProductEvent } from '@supergraph/events';
import { eventually } from '@supergraph/testing';
import { eventsIn, startOrdersTest, user, type OrdersTest } from './orders.fixture.ts';
import { pruneIdempotencyKeys } from './pruneIdempotencyKeys.ts';

const at = '2026-11-23T09:00:00.000Z';
const eur = (amount: number) => ({ amount, currency: 'EUR' });

const keyboard = randomUUID();
const mouse = randomUUID();
const withdrawn = randomUUID();

const carla = user(randomUUID());
const dmitri = user(randomUUID());
const margaret = user(randomUUID(), 'employee');
const anonymous: Principal = { kind: 'anonymous' };
const reader: Principal = { kind: 'client', id: 'partner', scopes: ['order:read'] };
const idOf = (viewer: Principal): string => (viewer.kind === 'anonymous' ? '' : viewer.id);

let orders: OrdersTest;

const product = (productId: string, sku: string, price: number, active = true) =>
  ({
    type: 'ProductCreated',
    data: {
      ...{ productId, sku, name: `Product ${sku}`, description: '', categorySlug: 'c', price: eur(price), active },
      ...{ onHand: 100, at },
    },
  }) as const;

beforeAll(async () => {
  orders = await startOrdersTest();
  await orders.tell('product-events', keyboard, 1, product(keyboard, 'KEY', 2_990));
  await orders.tell('product-events', mouse, 1, product(mouse, 'MOUSE', 1_000));
  await orders.tell('product-events', withdrawn, 1, product(withdrawn, 'GONE', 500, false));
  await eventually(async () => expect(await orders.db.query('SELECT 1 FROM product_prices')).toHaveLength(3));
});
afterAll(() => orders.close());

const place = /* GraphQL */ `
  mutation ($input: PlaceOrderInput!) {
    placeOrder(input: $input) {
      outcome
      currentTotal {
        amount
        currency
      }
      order {
        id
        status
        total {
          amount
          currency
        }
        customer {
          id
        }
        items {
          sku
          quantity
          lineTotal {
            amount
          }
          product {
            id
          }
        }
      }
    }
  }
`;
type Placed = {
  placeOrder: { outcome: string; currentTotal: { amount: number }; order: { id: string; status: string } | null };
};

const basket = (overrides: object = {}) => ({
  items: [
    { productId: keyboard, quantity: 1 },
    { productId: mouse, quantity: 2 },
  ],
  expectedTotal: eur(4_990),
  paymentToken: 'tok_approve',
  idempotencyKey: randomUUID(),
  ...overrides,
});

const placeFor = async (viewer: Principal, overrides: object = {}): Promise<string> => {
  const answer = await orders.ask<Placed>(viewer, place, { input: basket(overrides) });
  const id = answer.data?.placeOrder.order?.id;
  if (id === undefined) throw new Error(`Not placed: ${JSON.stringify(answer)}`);
  return id;
};

const reserve = (orderId: string) =>
  orders.tell('product-events', orderId, 1, {
    type: 'StockReserved',
    data: { orderId, lines: [{ productId: keyboard, quantity: 1 }], at },
  });
const paymentOf = async (orderId: string) => {
  const [row] = await orders.db.query<{ payment_id: string }>('SELECT payment_id FROM orders WHERE order_id = $1', [
    orderId,
  ]);
  return row?.payment_id ?? '';
};
const capture = async (orderId: string, viewer: Principal = carla) =>
  orders.tell('payment-events', orderId, 2, {
    type: 'PaymentCaptured',
    data: { paymentId: await paymentOf(orderId), orderId, customerId: idOf(viewer), at, amount: eur(4_990) },
  });

const statusOf = async (orderId: string): Promise<string | undefined> =>
  (await orders.db.query<{ status: string }>('SELECT status FROM orders WHERE order_id = $1', [orderId]))[0]?.status;
const untilStatus = (orderId: string, status: string) =>
  eventually(async () => expect(await statusOf(orderId)).toBe(status));

/** Waits until a consumer group has done its work on an event; one that was put aside as a dead letter never is. */
const untilHeard = (group: string, eventId: string) =>
  eventually(async () =>
    expect(
      await orders.db.query('SELECT 1 FROM consumed_events WHERE consumer = $1 AND event_id = $2', [group, eventId]),
    ).toHaveLength(1),
  );

/** An order that was placed, reserved and paid. */
const paidFor = async (viewer: Principal): Promise<string> => {
  const orderId = await placeFor(viewer);
  await reserve(orderId);
  await untilStatus(orderId, 'AWAITING_PAYMENT');
  await capture(orderId, viewer);
  await untilStatus(orderId, 'PAID');
  return orderId;
};

const typesOf = async (orderId: string): Promise<string[]> =>
  (await eventsIn(orders.db, orderId)).map(({ type }) => type);
const countEvents = async (): Promise<number> => (await eventsIn(orders.db)).length;
const codeOf = (answer: { errors?: { extensions: Record<string, unknown> }[] }) =>
  answer.errors?.[0]?.extensions['code'];

describe('placing an order', () => {
  test('fixes the prices of the moment and returns the order', async () => {
    const answer = await orders.ask<Placed>(carla, place, { input: basket() });
    expect(answer).toEqual({
      data: {
        placeOrder: {
          outcome: 'PLACED',
          currentTotal: eur(4_990),
          order: {
            id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-8/),
            status: 'PLACED',
            total: eur(4_990),
            customer: { id: idOf(carla) },
            items: [
              { sku: 'KEY', quantity: 1, lineTotal: { amount: 2_990 }, product: { id: keyboard } },
              { sku: 'MOUSE', quantity: 2, lineTotal: { amount: 2_000 }, product: { id: mouse } },
            ],
          },
        },
      },
    });
  });

  test('keeps the card token out of the events of the order', async () => {
    const orderId = await placeFor(carla, { paymentToken: 'tok_very_secret' });
    expect(JSON.stringify(await eventsIn(orders.db, orderId))).not.toContain('tok_very_secret');
  });

  test('a second time with the same key and input returns the same order', async () => {
    const input = basket();
    const first = await orders.ask<Placed>(carla, place, { input });
    expect(await orders.ask<Placed>(carla, place, { input })).toEqual(first);
    expect(await typesOf(first.data?.placeOrder.order?.id ?? '')).toEqual(['OrderPlaced']);
  });

  test('many times at once with one key places one order', async () => {
    const before = await countEvents();
    const input = basket();
    const answers = await Promise.all(Array.from({ length: 8 }, () => orders.ask<Placed>(carla, place, { input })));
    expect(new Set(answers.map((answer) => answer.data?.placeOrder.order?.id)).size).toBe(1);
    expect(await countEvents()).toBe(before + 1);
  });

  test('with a used key and another input is refused', async () => {
    const idempotencyKey = randomUUID();
    await placeFor(carla, { idempotencyKey });
    const answer = await orders.ask(carla, place, { input: basket({ idempotencyKey, paymentToken: 'tok_decline' }) });
    expect(codeOf(answer)).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  test('with the key of somebody else places an order of one’s own', async () => {
    const idempotencyKey = randomUUID();
    expect(await placeFor(dmitri, { idempotencyKey })).not.toBe(await placeFor(carla, { idempotencyKey }));
  });

  test('with another total than today’s orders nothing, tells the total, and leaves the key free', async () => {
    const idempotencyKey = randomUUID();
    const before = await countEvents();
    const answer = await orders.ask<Placed>(carla, place, {
      input: basket({ idempotencyKey, expectedTotal: eur(4_000) }),
    });
    expect(answer.data?.placeOrder).toEqual({ outcome: 'PRICE_CHANGED', order: null, currentTotal: eur(4_990) });
    expect(await countEvents()).toBe(before);
    expect(
      await orders.db.query('SELECT 1 FROM idempotency_keys WHERE idempotency_key = $1', [idempotencyKey]),
    ).toEqual([]);
    await placeFor(carla, { idempotencyKey });
  });

  test('of products that are unknown or not on sale names them and leaves nothing behind', async () => {
    const unknown = randomUUID();
    const idempotencyKey = randomUUID();
    const items = [keyboard, withdrawn, unknown].map((productId) => ({ productId, quantity: 1 }));
    const answer = await orders.ask(carla, place, { input: basket({ items, idempotencyKey }) });
    expect(answer.errors?.[0]?.extensions).toMatchObject({
      code: 'PRODUCT_UNAVAILABLE',
      productIds: [withdrawn, unknown],
    });
    await placeFor(carla, { idempotencyKey });
  });

  test.each([
    ['no items', { items: [] }, 'BASKET_INVALID'],
    [
      'a product twice',
      { items: [keyboard, keyboard].map((productId) => ({ productId, quantity: 1 })) },
      'BASKET_INVALID',
    ],
    ['a quantity of 0', { items: [{ productId: keyboard, quantity: 0 }] }, 'QUANTITY_OUT_OF_RANGE'],
    ['a quantity of 101', { items: [{ productId: keyboard, quantity: 101 }] }, 'QUANTITY_OUT_OF_RANGE'],
    ['an empty key', { idempotencyKey: '' }, 'BAD_USER_INPUT'],
    ['a key with NUL', { idempotencyKey: 'a\0b' }, 'BAD_USER_INPUT'],
    ['a quantity that is no number', { items: [{ productId: keyboard, quantity: 'two' }] }, 'BAD_USER_INPUT'],
  ])('with %s is refused', async (_, overrides, code) => {
    expect(codeOf(await orders.ask(carla, place, { input: basket(overrides) }))).toBe(code);
  });

  test('an idempotency key is forgotten after 30 days', async () => {
    const [fresh, old] = [randomUUID(), randomUUID()];
    await placeFor(carla, { idempotencyKey: fresh });
    await placeFor(carla, { idempotencyKey: old });
    await orders.db.query(
      `UPDATE idempotency_keys SET created_at = now() - interval '31 days' WHERE idempotency_key = $1`,
      [old],
    );
    await pruneIdempotencyKeys(orders.db, 1);
    const left = await orders.db.query<{ idempotency_key: string }>('SELECT idempotency_key FROM idempotency_keys');
    const keys = left.map(({ idempotency_key: key }) => key);
    expect(keys).toContain(fresh);
    expect(keys).not.toContain(old);
  });

  test('takes the newest price, whatever arrives late', async () => {
    const pen = randomUUID();
    const changed = (price: number, previous: number, version: number) =>
      orders.tell('product-events', pen, version, {
        type: 'ProductPriceChanged',
        data: {
          productId: pen,
          sku: 'PEN',
          name: 'Pen',
          active: true,
          price: eur(price),
          previousPrice: eur(previous),
          at,
        },
      });
    await orders.tell('product-events', pen, 1, product(pen, 'PEN', 100));
    await changed(130, 120, 3);
    await untilHeard('orders-prices', await changed(120, 100, 2));
    expect(
      await orders.db.query('SELECT price_amount, aggregate_version FROM product_prices WHERE product_id = $1', [pen]),
    ).toEqual([{ price_amount: 130, aggregate_version: 3 }]);
  });
});

describe('who may do what', () => {
  const cancel = 'mutation ($id: ID!) { cancelOrder(input: { orderId: $id }) { order { id status cancelReason } } }';
  const ship =
    'mutation ($id: ID!) { shipOrder(input: { orderId: $id, trackingNumber: "TRK1" }) { order { status } } }';
  const deliver = 'mutation ($id: ID!) { deliverOrder(input: { orderId: $id }) { order { status } } }';
  const entity = `query ($id: ID!) { _entities(representations: [{ __typename: "Order", id: $id }]) { ... on Order { status } } }`;
  const userOrders = `query ($id: ID!) { _entities(representations: [{ __typename: "User", id: $id }]) {
    ... on User { orders { nodes { id } } } } }`;
  const one = 'query ($id: ID!) { order(id: $id) { status } }';
  const all = '{ orders { nodes { id } } }';

  const mutations = { place, cancel, ship, deliver };
  test.each([
    ['anonymous', 'place', 'UNAUTHENTICATED', anonymous],
    ['anonymous', 'cancel', 'UNAUTHENTICATED', anonymous],
    ['anonymous', 'ship', 'UNAUTHENTICATED', anonymous],
    ['anonymous', 'deliver', 'UNAUTHENTICATED', anonymous],
    ['a partner who may read', 'place', 'FORBIDDEN', reader],
    ['a partner who may read', 'cancel', 'FORBIDDEN', reader],
    ['a partner who may read', 'ship', 'FORBIDDEN', reader],
    ['another customer', 'cancel', 'ORDER_NOT_FOUND', dmitri],
    ['another customer', 'ship', 'FORBIDDEN', dmitri],
    ['the owner', 'ship', 'FORBIDDEN', carla],
    ['the owner', 'deliver', 'FORBIDDEN', carla],
  ] as const)('%s may not %s an order: %s, and no event is appended', async (_, verb, code, viewer) => {
    const id = await paidFor(carla);
    const before = await countEvents();
    const answer = await orders.ask(viewer, mutations[verb], verb === 'place' ? { input: basket() } : { id });
    expect(codeOf(answer)).toBe(code);
    expect(await countEvents()).toBe(before);
  });

  test('an order is shown to its owner and to staff, by either road', async () => {
    const id = await placeFor(carla);
    for (const viewer of [carla, margaret, reader]) {
      expect(await orders.ask(viewer, one, { id })).toEqual({ data: { order: { status: 'PLACED' } } });
      expect(await orders.ask(viewer, entity, { id })).toEqual({ data: { _entities: [{ status: 'PLACED' }] } });
    }
  });

  test('an order of somebody else is null, and through _entities refused', async () => {
    const id = await placeFor(carla);
    expect(await orders.ask(dmitri, one, { id })).toEqual({ data: { order: null } });
    expect(codeOf(await orders.ask(dmitri, entity, { id }))).toBe('FORBIDDEN');
    expect(codeOf(await orders.ask(anonymous, entity, { id }))).toBe('UNAUTHENTICATED');
  });

  test.each(['no id at all', randomUUID()])('an unknown order (%s) is null, and cannot be cancelled', async (id) => {
    expect(await orders.ask(carla, one, { id })).toEqual({ data: { order: null } });
    expect(codeOf(await orders.ask(carla, cancel, { id }))).toBe('ORDER_NOT_FOUND');
    expect(codeOf(await orders.ask(margaret, ship, { id }))).toBe('ORDER_NOT_FOUND');
  });

  test('the orders of a user are shown to that user and to staff', async () => {
    const id = idOf(carla);
    expect((await orders.ask(carla, userOrders, { id })).errors).toBeUndefined();
    expect((await orders.ask(margaret, userOrders, { id })).errors).toBeUndefined();
    expect(codeOf(await orders.ask(dmitri, userOrders, { id }))).toBe('FORBIDDEN');
  });

  test('all orders are shown to staff only', async () => {
    expect((await orders.ask(margaret, all)).errors).toBeUndefined();
    expect(codeOf(await orders.ask(carla, all))).toBe('FORBIDDEN');
    expect(codeOf(await orders.ask(anonymous, all))).toBe('UNAUTHENTICATED');
  });

  test('a customer cancels, staff ships and delivers, and each is told once', async () => {
    const unwanted = await placeFor(carla);
    for (let repeated = 0; repeated < 2; repeated += 1)
      expect(await orders.ask(carla, cancel, { id: unwanted })).toEqual({
        data: { cancelOrder: { order: { id: unwanted, status: 'CANCELLED', cancelReason: 'CUSTOMER_REQUEST' } } },
      });
    expect(await typesOf(unwanted)).toEqual(['OrderPlaced', 'OrderCancelled']);

    const wanted = await paidFor(carla);
    expect(codeOf(await orders.ask(margaret, deliver, { id: wanted }))).toBe('ORDER_NOT_DELIVERABLE');
    expect(await orders.ask(margaret, ship, { id: wanted })).toEqual({
      data: { shipOrder: { order: { status: 'SHIPPED' } } },
    });
    expect(codeOf(await orders.ask(carla, cancel, { id: wanted }))).toBe('ORDER_NOT_CANCELLABLE');
    expect((await orders.ask(margaret, deliver, { id: wanted })).errors).toBeUndefined();
    expect(await statusOf(wanted)).toBe('DELIVERED');
  });

  test('staff who cancels is named as the reason, and may name another', async () => {
    const because = (reason: string) =>
      `mutation ($id: ID!) { cancelOrder(input: { orderId: $id, reason: ${reason} }) { order { cancelReason } } }`;
    const answer = await orders.ask(margaret, cancel, { id: await placeFor(carla) });
    expect(answer).toMatchObject({ data: { cancelOrder: { order: { cancelReason: 'STAFF_REQUEST' } } } });
    const id = await placeFor(carla);
    expect(codeOf(await orders.ask(carla, because('OUT_OF_STOCK'), { id }))).toBe('BAD_USER_INPUT');
    expect(codeOf(await orders.ask(margaret, because('PAYMENT_TIMEOUT'), { id }))).toBe('BAD_USER_INPUT');
    expect(await orders.ask(margaret, because('OUT_OF_STOCK'), { id })).toMatchObject({
      data: { cancelOrder: { order: { cancelReason: 'OUT_OF_STOCK' } } },
    });
  });
});

describe('what follows from other services', () => {
  test('a reserved order asks for its payment with its token, and only then', async () => {
    const orderId = await placeFor(carla, { paymentToken: 'tok_once' });
    await reserve(orderId);
    await untilStatus(orderId, 'AWAITING_PAYMENT');
    const paymentId = await paymentOf(orderId);
    expect(
      await orders.db.query(
        `SELECT topic, message_key, event_type, aggregate_version, customer_id, data - 'at' AS data FROM events WHERE aggregate_id = $1`,
        [paymentId],
      ),
    ).toEqual([
      {
        topic: 'payment-commands',
        message_key: orderId,
        event_type: 'ProcessPayment',
        aggregate_version: 1,
        customer_id: idOf(carla),
        data: { paymentId, orderId, customerId: idOf(carla), amount: eur(4_990), paymentToken: 'tok_once' },
      },
    ]);
    expect(await orders.db.query('SELECT 1 FROM payment_instructions WHERE order_id = $1', [orderId])).toEqual([]);
    expect(await orders.db.query('SELECT kind FROM tasks WHERE key = $1', [orderId])).toEqual([
      { kind: 'payment-deadline' },
    ]);
  });

  test('a captured payment pays the order and stops the clock', async () => {
    const orderId = await paidFor(carla);
    expect(await orders.db.query('SELECT 1 FROM tasks WHERE key = $1', [orderId])).toEqual([]);
    expect(await typesOf(orderId)).toEqual(['OrderPlaced', 'OrderStockReserved', 'OrderPaid']);
  });

  test('told twice, done once: the same messages again change nothing', async () => {
    const orderId = await placeFor(carla);
    await reserve(orderId);
    const again: ProductEvent = { type: 'StockReserved', data: { orderId, lines: [], at } };
    await untilHeard('orders-fulfilment', await orders.tell('product-events', orderId, 2, again));
    await untilStatus(orderId, 'AWAITING_PAYMENT');
    await capture(orderId);
    await untilStatus(orderId, 'PAID');
    const before = await countEvents();
    await orders.repeatAll();
    const later = await paidFor(carla); // published after the repetition, so that has been heard when this is paid
    expect(await typesOf(orderId)).toEqual(['OrderPlaced', 'OrderStockReserved', 'OrderPaid']);
    const ofLater = (await typesOf(later)).length + 1; // and its ProcessPayment
    expect(await countEvents()).toBe(before + ofLater);
  });

  test('an order without stock is cancelled, and its token forgotten', async () => {
    const orderId = await placeFor(carla);
    await orders.tell('product-events', orderId, 1, {
      type: 'StockRejected',
      data: { orderId, unavailable: [{ productId: keyboard, requested: 1, available: 0 }], at },
    });
    await untilStatus(orderId, 'CANCELLED');
    expect((await eventsIn(orders.db, orderId)).at(-1)?.data).toMatchObject({ reason: 'OUT_OF_STOCK', by: null });
    expect(await orders.db.query('SELECT 1 FROM payment_instructions WHERE order_id = $1', [orderId])).toEqual([]);
  });

  test('a declined payment cancels the order', async () => {
    const orderId = await placeFor(carla);
    await reserve(orderId);
    await untilStatus(orderId, 'AWAITING_PAYMENT');
    await orders.tell('payment-events', orderId, 2, {
      type: 'PaymentDeclined',
      data: { paymentId: await paymentOf(orderId), orderId, customerId: idOf(carla), at, code: 'CARD_DECLINED' },
    });
    await untilStatus(orderId, 'CANCELLED');
    expect((await eventsIn(orders.db, orderId)).at(-1)?.data).toMatchObject({ reason: 'PAYMENT_DECLINED' });
  });

  test('a payment that succeeds while its order is cancelled leaves it cancelled and holds up nobody', async () => {
    const orderId = await placeFor(carla);
    await reserve(orderId);
    await untilStatus(orderId, 'AWAITING_PAYMENT');
    await orders.ask(carla, 'mutation ($id: ID!) { cancelOrder(input: { orderId: $id }) { order { id } } }', {
      id: orderId,
    });
    await untilHeard('orders-fulfilment', await capture(orderId));
    expect(await typesOf(orderId)).toEqual(['OrderPlaced', 'OrderStockReserved', 'OrderCancelled']);
  });

  test('an order whose payment nobody answers is cancelled when its time is over', async () => {
    const orderId = await placeFor(carla);
    await reserve(orderId);
    await untilStatus(orderId, 'AWAITING_PAYMENT');
    await orders.db.query('UPDATE tasks SET due_at = now() WHERE key = $1', [orderId]);
    await untilStatus(orderId, 'CANCELLED');
    expect((await eventsIn(orders.db, orderId)).at(-1)?.data).toMatchObject({ reason: 'PAYMENT_TIMEOUT', by: null });
    await eventually(async () =>
      expect(await orders.db.query('SELECT 1 FROM tasks WHERE key = $1', [orderId])).toEqual([]),
    );
  });

  test('the clock that runs out for a paid order changes nothing', async () => {
    const orderId = await paidFor(carla);
    await orders.db.query(
      `INSERT INTO tasks (kind, key, payload) VALUES ('payment-deadline', $1, jsonb_build_object('orderId', $1::text, 'correlationId', 'c', 'causationId', 'd'))`,
      [orderId],
    );
    await eventually(async () =>
      expect(await orders.db.query('SELECT 1 FROM tasks WHERE key = $1', [orderId])).toEqual([]),
    );
    expect(await statusOf(orderId)).toBe('PAID');
  });
});

describe('reading orders', () => {
  test('the timeline tells every step, oldest first', async () => {
    const id = await paidFor(carla);
    const answer = await orders.ask(carla, 'query ($id: ID!) { order(id: $id) { timeline { type status } } }', { id });
    expect(answer.data).toEqual({
      order: {
        timeline: [
          { type: 'PLACED', status: 'PLACED' },
          { type: 'STOCK_RESERVED', status: 'AWAITING_PAYMENT' },
          { type: 'PAID', status: 'PAID' },
        ],
      },
    });
  });

  const pages = `query ($ids: [_Any!]!, $first: Int, $after: String) { _entities(representations: $ids) {
    ... on User { orders(first: $first, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } } }`;
  type Pages = {
    _entities: { orders: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } }[];
  };
  const users = (...ids: string[]) => ids.map((id) => ({ __typename: 'User', id }));

  test('the orders of a user come in pages, newest first, each order once', async () => {
    const hana = user(randomUUID());
    const placed: string[] = [];
    for (let n = 0; n < 5; n += 1) placed.push(await placeFor(hana));
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const answer: { data: Pages | null } = await orders.ask<Pages>(hana, pages, {
        ids: users(idOf(hana)),
        first: 2,
        after,
      });
      const page = answer.data?._entities[0]?.orders;
      seen.push(...(page?.nodes ?? []).map(({ id }) => id));
      after = page?.pageInfo.hasNextPage === true ? page.pageInfo.endCursor : null;
    } while (after !== null);
    expect(seen).toEqual(placed.toReversed());
  });

  test.each([
    ['first: 0', 'PAGE_SIZE_OUT_OF_RANGE'],
    ['first: 101', 'PAGE_SIZE_OUT_OF_RANGE'],
    ['after: "nonsense"', 'CURSOR_INVALID'],
  ])('a page with %s is refused', async (args, code) => {
    expect(codeOf(await orders.ask(margaret, `{ orders(${args}) { nodes { id } } }`))).toBe(code);
  });

  test('staff finds orders by customer and status', async () => {
    const ivo = user(randomUUID());
    const kept = await placeFor(ivo);
    const dropped = await placeFor(ivo);
    await orders.ask(ivo, 'mutation ($id: ID!) { cancelOrder(input: { orderId: $id }) { order { id } } }', {
      id: dropped,
    });
    const find = 'query ($filter: OrderFilter) { orders(filter: $filter) { nodes { id } } }';
    const found = async (filter: object) => (await orders.ask(margaret, find, { filter })).data;
    const nodes = (...ids: string[]) => ({ orders: { nodes: ids.map((id) => ({ id })) } });
    expect(await found({ customerId: idOf(ivo) })).toEqual(nodes(dropped, kept));
    expect(await found({ customerId: idOf(ivo), status: 'CANCELLED' })).toEqual(nodes(dropped));
    expect(await found({ customerId: 'nobody' })).toEqual(nodes());
  });

  test('50 orders with items and timeline cost as many statements as one', async () => {
    const many = await Promise.all(Array.from({ length: 50 }, () => placeFor(dmitri)));
    const query = `query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on Order {
      id status total { amount } customer { id } items { name quantity product { id } } timeline { type at } } } }`;
    const cost = async (ids: readonly string[]): Promise<number> => {
      const before = orders.db.statements();
      const answer = await orders.ask(dmitri, query, { ids: ids.map((id) => ({ __typename: 'Order', id })) });
      expect(answer.errors).toBeUndefined();
      return orders.db.statements() - before;
    };
    // Tasks, tailer, relay and consumers use the same pool: it costs 3 as soon as nothing happens beside it, or never.
    await eventually(async () => expect(await cost(many)).toBe(3));
    await eventually(async () => expect(await cost(many.slice(0, 1))).toBe(3));
  });

  test('the first orders of many users are one statement', async () => {
    const ids = users(idOf(carla), idOf(dmitri), randomUUID(), 'not an id');
    await eventually(async () => {
      const before = orders.db.statements();
      const answer = await orders.ask<Pages>(margaret, pages, { ids, first: 3 });
      const cost = orders.db.statements() - before;
      expect(answer.data?._entities.map(({ orders: { nodes } }) => nodes.length)).toEqual([3, 3, 0, 0]);
      expect(cost).toBe(1);
    });
  });
});

describe('following orders live', () => {
  const events = 'subscription ($id: ID) { orderEvents(orderId: $id) { id type at order { id status } } }';
  type Live = { orderEvents: { id: string; type: string; order: { id: string; status: string } } };
  const cancel = 'mutation ($id: ID!) { cancelOrder(input: { orderId: $id }) { order { id } } }';

  test('the owner of an order gets each of its events once, in order', async () => {
    const orderId = await placeFor(carla);
    const following = await orders.follow<Live>(carla, events, { id: orderId }, { cursor: null });
    await eventually(() => expect(following.cursor).not.toBeNull());
    await reserve(orderId);
    await untilStatus(orderId, 'AWAITING_PAYMENT');
    await capture(orderId);
    await untilStatus(orderId, 'PAID');
    await orders.ask(carla, cancel, { id: orderId });
    await eventually(() => expect(following.got.at(-1)?.orderEvents.type).toBe('CANCELLED'));
    const types = following.got.map(({ orderEvents: { type } }) => type);
    // It may begin before the tailer has come to the order itself.
    expect(types.slice(-3)).toEqual(['STOCK_RESERVED', 'PAID', 'CANCELLED']);
    expect(new Set(following.got.map(({ orderEvents: { id } }) => id)).size).toBe(types.length);
    expect(new Set(following.got.map(({ orderEvents: { order } }) => order.id))).toEqual(new Set([orderId]));
    following.close();
  });

  test('without an id a customer gets their own events and staff gets everyone’s', async () => {
    const lea = user(randomUUID());
    const mateo = user(randomUUID());
    const own = await orders.follow<Live>(lea, events);
    const everyone = await orders.follow<Live>(margaret, events);
    // Nothing acknowledges a subscription, so orders are placed until the first of them is seen.
    await eventually(
      async () => {
        await placeFor(lea);
        expect(own.got).not.toEqual([]);
        expect(everyone.got).not.toEqual([]);
      },
      { everyMs: 300 },
    );
    const ofMateo = await placeFor(mateo);
    const last = await placeFor(lea);
    await eventually(() => expect(own.got.at(-1)?.orderEvents.order.id).toBe(last));
    await eventually(() => expect(everyone.got.map(({ orderEvents }) => orderEvents.order.id)).toContain(ofMateo));
    expect(own.got.map(({ orderEvents }) => orderEvents.order.id)).not.toContain(ofMateo);
    own.close();
    everyone.close();
  });

  test('after a disconnect a cursor brings what happened meanwhile, once', async () => {
    const lea = user(randomUUID());
    const before = await orders.follow<Live>(lea, events, {}, { cursor: null });
    await eventually(() => expect(before.cursor).not.toBeNull());
    const first = await placeFor(lea);
    await eventually(() => expect(before.got).toHaveLength(1));
    before.close();
    const second = await placeFor(lea);
    const after = await orders.follow<Live>(lea, events, {}, { cursor: before.cursor });
    const third = await placeFor(lea);
    await eventually(() => expect(after.got).toHaveLength(2));
    expect([...before.got, ...after.got].map(({ orderEvents }) => orderEvents.order.id)).toEqual([
      first,
      second,
      third,
    ]);
    after.close();
  });

  test('a cursor is a place and no right: for somebody else, or without the role it was made with, it is refused', async () => {
    const lea = user(randomUUID());
    const hers = await orders.follow<Live>(lea, events, {}, { cursor: null });
    const staff = await orders.follow<Live>(margaret, events, {}, { cursor: null });
    await eventually(() => expect([hers.cursor, staff.cursor]).not.toContain(null));
    hers.close();
    staff.close();
    await placeFor(lea);
    const degraded = user(idOf(margaret));
    for (const [viewer, cursor] of [[dmitri, hers.cursor] as const, [degraded, staff.cursor] as const]) {
      const refused = await orders.follow<Live>(viewer, events, {}, { cursor });
      await eventually(() => expect(refused.ended).toBe('SUBSCRIPTION_CURSOR_INVALID'));
      expect(refused.got).toEqual([]);
      refused.close();
    }
  });

  test.each([
    ['another customer', dmitri, 'ORDER_NOT_FOUND'],
    ['anonymous', anonymous, 'UNAUTHENTICATED'],
  ])('%s cannot follow an order', async (_, viewer, code) => {
    const following = await orders.follow<Live>(viewer, events, { id: await placeFor(carla) });
    await eventually(() => expect(following.ended).toBe(code));
    expect(following.got).toEqual([]);
    following.close();
  });
});
