import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createDb, type Db } from '@supergraph/postgres';
import { eventually, spawnService, type SpawnedService } from '@supergraph/testing';
import { startOthers, user } from './orders.fixture.ts';

const at = '2026-11-23T09:00:00.000Z';
const price = { amount: 100, currency: 'EUR' };
const productId = randomUUID();
const carla = user(randomUUID());
const count = 40;

let others: Awaited<ReturnType<typeof startOthers>>;
let orders: SpawnedService;
let db: Db;

beforeAll(async () => {
  others = await startOthers();
  orders = await spawnService('orders', others.env);
  db = createDb({
    url: others.env['DATABASE_URL_ORDERS'] ?? '',
    applicationName: 'test',
    log: { warn: () => undefined },
  });
  await others.tell('product-events', productId, 1, {
    type: 'ProductCreated',
    data: {
      ...{ productId, sku: 'PEN', name: 'Pen', description: '', categorySlug: 'pens', price, active: true },
      ...{ onHand: 1_000, at },
    },
  });
  await eventually(async () => expect(await db.query('SELECT 1 FROM product_prices')).toHaveLength(1));
});
afterAll(async () => {
  await orders.stop();
  await db.close();
  await others.close();
});

const place = async (): Promise<string> => {
  const answer = await others.askAt<{ placeOrder: { order: { id: string } } }>(
    `${orders.url}/graphql`,
    carla,
    'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { order { id } } }',
    {
      input: {
        items: [{ productId, quantity: 1 }],
        expectedTotal: price,
        paymentToken: 'tok_approve',
        idempotencyKey: randomUUID(),
      },
    },
  );
  return answer.data?.placeOrder.order.id ?? '';
};

const inStatus = async (status: string): Promise<number> =>
  (await db.query('SELECT 1 FROM orders WHERE status = $1', [status])).length;

test('orders killed while it reacts to reserved stock asks for each payment once, after it is back', async () => {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) ids.push(await place());
  for (const orderId of ids)
    await others.tell('product-events', orderId, 1, { type: 'StockReserved', data: { orderId, lines: [], at } });

  await eventually(async () => expect(await inStatus('AWAITING_PAYMENT')).toBeGreaterThan(0), { everyMs: 1 });
  await orders.kill();
  orders = await spawnService('orders', others.env);
  await eventually(async () => expect(await inStatus('AWAITING_PAYMENT')).toBe(count), { timeoutMs: 40_000 });
  await others.repeatAll();

  const told = await db.query<{ event_type: string; message_key: string; times: number }>(
    `SELECT event_type, message_key, count(*) AS times FROM events
     WHERE event_type IN ('OrderStockReserved', 'ProcessPayment') GROUP BY event_type, message_key`,
  );
  expect(told).toHaveLength(2 * count);
  expect(told.filter(({ times }) => times !== 1)).toEqual([]);
  expect(await db.query('SELECT key FROM tasks')).toHaveLength(count);
  expect(await db.query('SELECT 1 FROM payment_instructions')).toEqual([]);
});
