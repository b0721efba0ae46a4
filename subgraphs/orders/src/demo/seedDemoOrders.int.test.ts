import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { demoOrders } from '@supergraph/events';
import { startOrdersTest, user, type OrdersTest } from '../orders.fixture.ts';
import { seedDemoOrders } from './seedDemoOrders.ts';

let orders: OrdersTest;
beforeAll(async () => {
  orders = await startOrdersTest({ DEMO_DATA: 'true' });
});
afterAll(() => orders.close());

test('the demo orders are there at the first start, as history: counted as published', async () => {
  const [state] = await orders.db.query<{ last_position: number; published_position: number; events: number }>(
    'SELECT last_position, published_position, (SELECT count(*) FROM events) AS events FROM relay_state',
  );
  expect(state?.published_position).toBe(state?.last_position);
  expect(state?.last_position).toBe(state?.events);
  expect(await orders.db.query('SELECT 1 FROM tasks')).toEqual([]);
});

test('a demo customer sees their demo orders', async () => {
  const [order] = demoOrders().toReversed();
  if (order === undefined) throw new Error('There are no demo orders.');
  const answer = await orders.ask(
    user(order.customerId),
    'query ($id: ID!) { order(id: $id) { status cancelReason total { amount } placedAt items { sku } } }',
    { id: order.orderId },
  );
  expect(answer).toEqual({
    data: {
      order: {
        status: order.status,
        cancelReason: order.cancelReason,
        total: { amount: order.total.amount },
        placedAt: order.placedAt,
        items: order.items.map(({ sku }) => ({ sku })),
      },
    },
  });
});

test('a second start adds nothing', async () => {
  expect(await seedDemoOrders(orders.db)).toBe(0);
});
