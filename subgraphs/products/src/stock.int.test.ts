import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { OrderEvent, StockLine, StoredEvent } from '@supergraph/events';
import { eventLogMigrations } from '@supergraph/eventsourcing';
import { createDb, migrate, type Db } from '@supergraph/postgres';
import { createTestDatabase, eventually, type TestDatabase } from '@supergraph/testing';
import { demoCatalogue, loadDemoCatalogue } from './demo/loadDemoCatalogue.ts';
import { createStockReactions } from './reactions.ts';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const now = (): Date => new Date('2026-11-23T09:30:00.000Z');
const at = now().toISOString();
const customerId = '00000000-0000-4000-8000-000000000005';

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase('products-stock');
  const { url } = database;
  const migrations = [eventLogMigrations, { name: 'products', url: new URL('../migrations', import.meta.url) }];
  await migrate({ url, migrations, log });
  db = createDb({ url, applicationName: 'stock test', max: 20, timeoutSeconds: 60, log });
  await db.query(`INSERT INTO categories (slug, name, path) VALUES ('shelf', 'Shelf', 'shelf')`);
});

afterAll(async () => {
  await db.close();
  await database.drop();
});

/** Two products; their ids sort as their names do. */
const [apple, pear] = ['00000000-0000-4000-9000-00000000000a', '00000000-0000-4000-9000-00000000000b'];

const stockIs = async (apples: number, pears: number): Promise<void> => {
  await db.query('TRUNCATE products, stock_reservations, stock_adjustments, events');
  await db.query(
    `INSERT INTO products (id, sku, name, description, category_slug, price_amount, currency, on_hand, active, version,
                           created_at, updated_at)
     VALUES ($1, 'APPLE', 'Apple', '', 'shelf', 100, 'EUR', $3, true, 1, $5, $5),
            ($2, 'PEAR', 'Pear', '', 'shelf', 100, 'EUR', $4, true, 1, $5, $5)`,
    [apple, pear, apples, pears, at],
  );
};

const stock = async (): Promise<Record<string, unknown>> => {
  const rows = await db.query<{ sku: string; on_hand: number; reserved: number }>(
    'SELECT sku, on_hand, reserved FROM products',
  );
  return Object.fromEntries(rows.map(({ sku, on_hand, reserved }) => [sku, { onHand: on_hand, reserved }]));
};

const eventsOf = async (aggregateId: string): Promise<readonly unknown[]> =>
  db.query(
    'SELECT event_type AS type, aggregate_version AS version, data FROM events WHERE aggregate_id = $1 ORDER BY seq',
    [aggregateId],
  );

const typesOf = async (type: string): Promise<number> =>
  (await db.query('SELECT 1 FROM events WHERE event_type = $1', [type])).length;

const stored = (event: OrderEvent): StoredEvent => ({
  eventId: randomUUID(),
  aggregateType: 'Order',
  aggregateId: event.data.orderId,
  aggregateVersion: 1,
  ...event,
  eventVersion: 1,
  customerId,
  metadata: { userId: customerId, correlationId: 'c1', causationId: null, timestamp: at },
});

const placed = (orderId: string, lines: readonly StockLine[]): StoredEvent => {
  const price = { amount: 100, currency: 'EUR' };
  const items = lines.map((line) => ({ ...line, sku: 'X', name: 'X', unitPrice: price }));
  const data = { orderId, customerId, paymentId: randomUUID(), items, total: price, shippingAddressId: null, at };
  return stored({ type: 'OrderPlaced', data });
};

const cancelled = (orderId: string): StoredEvent =>
  stored({ type: 'OrderCancelled', data: { orderId, paymentId: 'p', reason: 'CUSTOMER_REQUEST', by: customerId, at } });

const shipped = (orderId: string): StoredEvent =>
  stored({ type: 'OrderShipped', data: { orderId, trackingNumber: null, by: null, at } });

const reactions = createStockReactions(now);

/** As the consumer does it, without its memory of events: as if every delivery were the first. */
const deliver = (event: StoredEvent): Promise<void> => db.transaction(async (tx) => reactions[event.type]?.(event, tx));

describe('an order', () => {
  beforeEach(() => stockIs(5, 5));

  test('holds back all of its lines, and the fact is written with it', async () => {
    const lines = [
      { productId: apple, quantity: 2 },
      { productId: pear, quantity: 5 },
    ];
    await deliver(placed('o1', lines));
    expect(await stock()).toEqual({ APPLE: { onHand: 5, reserved: 2 }, PEAR: { onHand: 5, reserved: 5 } });
    expect(await eventsOf('o1')).toEqual([{ type: 'StockReserved', version: 1, data: { orderId: 'o1', lines, at } }]);
  });

  test('holds back nothing when one line is short', async () => {
    await deliver(
      placed('o1', [
        { productId: apple, quantity: 1 },
        { productId: pear, quantity: 6 },
      ]),
    );
    expect(await stock()).toEqual({ APPLE: { onHand: 5, reserved: 0 }, PEAR: { onHand: 5, reserved: 0 } });
    const unavailable = [{ productId: pear, requested: 6, available: 5 }];
    expect(await eventsOf('o1')).toEqual([
      { type: 'StockRejected', version: 1, data: { orderId: 'o1', unavailable, at } },
    ]);
  });

  test('is refused, not put aside, when it names what nobody knows', async () => {
    await deliver(placed('o1', [{ productId: 'no id at all', quantity: 1 }]));
    expect(await typesOf('StockRejected')).toBe(1);
  });

  test('delivered again holds back nothing more', async () => {
    const event = placed('o1', [{ productId: apple, quantity: 2 }]);
    await deliver(event);
    await deliver(event);
    expect(await stock()).toMatchObject({ APPLE: { reserved: 2 } });
    expect(await typesOf('StockReserved')).toBe(1);
  });

  test('that is cancelled, even twice, gives back what it held, once', async () => {
    await deliver(placed('o1', [{ productId: apple, quantity: 2 }]));
    await deliver(placed('o2', [{ productId: apple, quantity: 3 }]));
    await deliver(cancelled('o1'));
    await deliver(cancelled('o1'));
    expect(await stock()).toMatchObject({ APPLE: { onHand: 5, reserved: 3 } });
    expect(await eventsOf('o1')).toMatchObject([
      { type: 'StockReserved', version: 1 },
      { type: 'StockReleased', version: 2, data: { lines: [{ productId: apple, quantity: 2 }] } },
    ]);
  });

  test('that was refused gives back nothing when it is cancelled', async () => {
    await deliver(placed('o1', [{ productId: apple, quantity: 6 }]));
    await deliver(cancelled('o1'));
    expect(await stock()).toMatchObject({ APPLE: { reserved: 0 } });
    expect(await typesOf('StockReleased')).toBe(0);
  });

  test('cancelled before it is seen never holds anything back', async () => {
    await deliver(cancelled('o1'));
    await deliver(placed('o1', [{ productId: apple, quantity: 2 }]));
    expect(await stock()).toMatchObject({ APPLE: { reserved: 0 } });
    expect(await eventsOf('o1')).toEqual([]);
  });

  test('that is shipped leaves the warehouse, once, and cannot be given back after', async () => {
    await deliver(placed('o1', [{ productId: apple, quantity: 2 }]));
    await deliver(shipped('o1'));
    await deliver(shipped('o1'));
    await deliver(cancelled('o1'));
    expect(await stock()).toMatchObject({ APPLE: { onHand: 3, reserved: 0 } });
    expect(await eventsOf(apple ?? '')).toEqual([
      {
        type: 'ProductStockChanged',
        version: 2,
        data: { productId: apple, onHand: 3, reserved: 0, delta: -2, reason: 'SHIPPED', at },
      },
    ]);
  });
});

describe('many buyers at once', () => {
  test('exactly as many get the last pieces as there are pieces', async () => {
    await stockIs(7, 0);
    const buyers = Array.from({ length: 40 }, (_, buyer) =>
      deliver(placed(`buyer-${buyer}`, [{ productId: apple ?? '', quantity: 1 }])),
    );
    await Promise.all(buyers);
    expect(await stock()).toMatchObject({ APPLE: { onHand: 7, reserved: 7 } });
    expect(await typesOf('StockReserved')).toBe(7);
    expect(await typesOf('StockRejected')).toBe(33);
  });

  test('orders of the same products in opposite order do not wait for each other for ever', async () => {
    await stockIs(1_000, 1_000);
    const lines = [apple, pear].map((productId = '') => ({ productId, quantity: 1 }));
    const opposite = [...lines].reverse();
    const rounds = Array.from({ length: 60 }, async (_, round) => {
      const orderId = `order-${round}`;
      await deliver(placed(orderId, round % 2 === 0 ? lines : opposite));
      if (round % 3 === 0) await deliver(cancelled(orderId));
      if (round % 3 === 1) await deliver(shipped(orderId));
    });
    await Promise.all(rounds);
    expect(await stock()).toEqual({ APPLE: { onHand: 980, reserved: 20 }, PEAR: { onHand: 980, reserved: 20 } });
  });

  test('orders delivered and cancelled twice by several processes at once hold back nothing in the end', async () => {
    await stockIs(1_000, 1_000);
    const lines = [apple, pear].map((productId = '') => ({ productId, quantity: 3 }));
    for (let batch = 0; batch < 8; batch += 1)
      await Promise.all(
        Array.from({ length: 5 }, (_, n) => {
          const orderId = `order-${batch}-${n}`;
          const [order, end] = [placed(orderId, lines), cancelled(orderId)];
          return Promise.all([order, end, order, end].map(deliver));
        }),
      );
    expect(await stock()).toMatchObject({ APPLE: { reserved: 0 }, PEAR: { reserved: 0 } });
    expect(await typesOf('StockReleased')).toBe(await typesOf('StockReserved'));
  });
});

test('a second delivery of an order and its cancellation, both held up at a product, do not wait for each other', async () => {
  await stockIs(10, 10);
  const order = placed('o1', [{ productId: apple ?? '', quantity: 2 }]);
  await deliver(order);
  const waiting = (count: number): Promise<void> =>
    eventually(async () => {
      const [row] = await db.query(
        `SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      expect(row?.['n']).toBeGreaterThanOrEqual(count);
    });
  const both = await db.transaction(async (tx) => {
    await tx.query('SELECT 1 FROM products WHERE id = $1 FOR UPDATE', [apple]);
    let heldUp = 1;
    const again = deliver(order).finally(() => (heldUp = 0));
    await Promise.race([again, waiting(1)]);
    const end = deliver(cancelled('o1'));
    await waiting(heldUp + 1);
    // Not awaited in here: they go on when this transaction lets go of the product.
    return () => Promise.all([again, end]);
  });
  await both();
  expect(await stock()).toMatchObject({ APPLE: { onHand: 10, reserved: 0 } });
});

test('the database itself refuses to hold back more than there is', async () => {
  await stockIs(1, 1);
  await expect(db.query('UPDATE products SET reserved = 2')).rejects.toThrow('products_not_oversold');
  await expect(db.query('UPDATE products SET on_hand = -1')).rejects.toThrow('check constraint');
  await expect(db.query('UPDATE products SET reserved = -1')).rejects.toThrow('check constraint');
});

test('two processes that load the demo at once load it once, with an event for each product', async () => {
  await db.query('TRUNCATE categories, products, stock_reservations, stock_adjustments, events');
  const loaded = await Promise.all([loadDemoCatalogue(db, now), loadDemoCatalogue(db, now)]);
  expect([...loaded].sort((a, b) => a - b)).toEqual([0, demoCatalogue(at).length]);
  expect(await typesOf('ProductCreated')).toBe(demoCatalogue(at).length);
  const [held] = await db.query(
    `SELECT (SELECT sum(reserved)::int FROM products) AS reserved,
            (SELECT sum((line->>'quantity')::int)::int FROM stock_reservations, jsonb_array_elements(lines) AS line)
              AS promised`,
  );
  expect(held?.['reserved']).toBe(held?.['promised']);
});
