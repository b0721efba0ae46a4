import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@supergraph/testing';
import pg from 'pg';
import { BrowseProductsDocument, OrderByIdDocument, PlaceOrderDocument } from './generated/operations.ts';
import { processes } from './support/hosts.ts';
import { buy, type Basket } from './support/purchase.ts';
import { startSystem, type System } from './support/system.ts';

let system: System;
let basket: Basket;
beforeAll(async () => {
  system = await startSystem('crashes', processes, { PROVIDER_TIMEOUT_MS: '4000' });
  const { products } = await system.client.get(BrowseProductsDocument, { filter: { inStock: true }, first: 1 });
  const product = products.edges[0]?.node;
  if (product === undefined) throw new Error('The demo data has no product in stock.');
  basket = { items: [{ productId: product.id, quantity: 1 }], total: product.price };
  await system.sql('products', 'UPDATE products SET on_hand = reserved + 1000000 WHERE id = $1', [product.id]);
}, 120_000);
afterAll(() => system.end());

const patient = { timeoutMs: 100_000, everyMs: 200 };
const statusOf = async (id: string) => (await system.client.get(OrderByIdDocument, { id }, 'carla')).order?.status;
/** Buys with a card whose provider takes three seconds, until something is seen in the middle of them; the order's id. */
const buyAndCatch = async (look: (id: string) => Promise<unknown>, wanted: unknown): Promise<string> => {
  for (;;) {
    const id = await buy(system.client, basket, 'tok_slow_approve', 'carla');
    while ((await statusOf(id)) !== 'PAID') {
      if ((await look(id)) === wanted) return id;
      await pause(20);
    }
  }
};
const one = async (name: Parameters<System['sql']>[0], sql: string, params: readonly unknown[]) =>
  Object.values((await system.sql(name, sql, params))[0] ?? {})[0];
/** What the provider was made to do for an order, each thing once: its keys are unique. */
const providerLedger = async (orderId: string): Promise<unknown[]> =>
  (
    await system.sql(
      'payments',
      `SELECT operation FROM provider_sandbox_ledger WHERE payment_id = (SELECT id::text FROM payments WHERE order_id = $1)
       AND answer->>'outcome' IS DISTINCT FROM 'declined' ORDER BY created_at`,
      [orderId],
    )
  ).map(({ operation }) => operation);

describe('after kill -9', () => {
  test('of orders before its relay could publish what was placed, the next one publishes it', async () => {
    const holder = new pg.Client({ connectionString: system.environment.databaseUrl('orders') });
    await holder.connect();
    try {
      // Whoever stamps positions waits for this row, so the order is committed and nothing more.
      await holder.query('BEGIN');
      await holder.query('SELECT * FROM relay_state FOR UPDATE');
      const id = await buy(system.client, basket, 'tok_approve', 'carla');
      await system.kill('orders');
      expect(await one('orders', 'SELECT position FROM events WHERE aggregate_id = $1', [id])).toBeNull();
      await holder.query('ROLLBACK');
      await system.start('orders');
      await eventually(async () => expect(await statusOf(id)).toBe('PAID'), patient);
      expect(await providerLedger(id)).toEqual(['authorize', 'capture']);
    } finally {
      await holder.end();
    }
  }, 150_000);

  test('of products before it heard of an order, the stock is reserved once', async () => {
    await system.kill('products');
    const id = await buy(system.client, basket, 'tok_approve', 'carla');
    await system.start('products');
    await eventually(async () => expect(await statusOf(id)).toBe('PAID'), patient);
    expect(await one('products', 'SELECT count(*)::int FROM stock_reservations WHERE order_id = $1', [id])).toBe(1);
  }, 150_000);

  test('of payments while the provider is charging, the card is charged once', async () => {
    const id = await buyAndCatch(() => one('payments', `SELECT attempts FROM tasks WHERE kind = 'authorize'`, []), 1);
    await system.kill('payments');
    await system.start('payments');
    await eventually(async () => expect(await statusOf(id)).toBe('PAID'), patient);
    expect(await providerLedger(id)).toEqual(['authorize', 'capture']);
  }, 150_000);

  test('of orders before it heard of the payment, the order is paid once it is back', async () => {
    const id = await buyAndCatch(statusOf, 'AWAITING_PAYMENT');
    await system.kill('orders');
    await eventually(
      async () =>
        expect(await one('payments', 'SELECT status FROM payments WHERE order_id = $1', [id])).toBe('CAPTURED'),
      patient,
    );
    await system.start('orders');
    await eventually(async () => expect(await statusOf(id)).toBe('PAID'), patient);
    expect(
      await one('orders', `SELECT count(*)::int FROM events WHERE aggregate_id = $1 AND event_type = 'OrderPaid'`, [
        id,
      ]),
    ).toBe(1);
  }, 150_000);

  test('of any of them at any moment, every order ends as it would have, nothing is lost or doubled', async () => {
    const productId = basket.items[0]?.productId ?? '';
    const reservedBefore = Number(await one('products', 'SELECT reserved FROM products WHERE id = $1', [productId]));
    const random = seeded(20_261_123);
    const tokens = ['tok_approve', 'tok_approve', 'tok_decline', 'tok_insufficient_funds', 'tok_slow_approve'];
    const placed: { id: string; token: string }[] = [];
    let buying = true;
    /** A buyer who sends the same order again until there is an answer. */
    const buyer = async (): Promise<void> => {
      while (buying) {
        const token = tokens[Math.floor(random() * tokens.length)] ?? 'tok_approve';
        const input = {
          items: basket.items,
          expectedTotal: basket.total,
          paymentToken: token,
          idempotencyKey: randomUUID(),
        };
        for (let answered = false; !answered;) {
          const answer = await system.client.ask(PlaceOrderDocument, { input }, 'carla').catch(() => null);
          const id = answer?.data?.placeOrder.order?.id;
          if (id === undefined) await pause(100);
          else {
            placed.push({ id, token });
            answered = true;
          }
        }
        await pause(50);
      }
    };
    const buyers = [buyer(), buyer(), buyer()];
    const victims = ['orders', 'payments', 'products', 'orders', 'payments'] as const;
    for (const victim of victims) {
      await pause(300 + random() * 1_500);
      await system.kill(victim);
      await pause(random() * 500);
      await system.start(victim);
    }
    await eventually(() => expect(placed.length).toBeGreaterThan(10), patient);
    buying = false;
    await Promise.all(buyers);

    await eventually(async () => {
      const [row] = await system.sql(
        'orders',
        `SELECT count(*)::int AS open FROM orders WHERE order_id = ANY($1) AND status NOT IN ('PAID', 'CANCELLED')`,
        [placed.map(({ id }) => id)],
      );
      expect(row?.['open']).toBe(0);
    }, patient);

    expect(new Set(placed.map(({ id }) => id)).size).toBe(placed.length);
    let paid = 0;
    for (const { id, token } of placed) {
      const approved = token === 'tok_approve' || token === 'tok_slow_approve';
      if (approved) paid += 1;
      expect([token, await statusOf(id)]).toEqual([token, approved ? 'PAID' : 'CANCELLED']);
      expect(await providerLedger(id)).toEqual(approved ? ['authorize', 'capture'] : []);
    }
    // Placed by somebody who never got the answer, and asked again: still one order a key.
    expect(await one('orders', 'SELECT count(*)::int - count(DISTINCT order_id)::int FROM idempotency_keys', [])).toBe(
      0,
    );
    await eventually(async () => {
      const reserved = Number(await one('products', 'SELECT reserved FROM products WHERE id = $1', [productId]));
      expect(reserved - reservedBefore).toBe(paid);
    }, patient);
  }, 300_000);
});

/** A small generator (mulberry32), so that a run can be repeated. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
