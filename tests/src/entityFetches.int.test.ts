import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createClient, type Client } from '@supergraph/client';
import { topology } from '@supergraph/platform';
import { eventually } from '@supergraph/testing';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { ShipOrderDocument } from './generated/operations.ts';
import { accountId } from './support/client.ts';
import { inProcess } from './support/hosts.ts';
import { buy } from './support/purchase.ts';
import { tapSubgraph, type SubgraphTap } from './support/subgraphTap.ts';
import { startSystem, type System } from './support/system.ts';

/** What a subscription costs the other subgraphs, counted at each of them. */
let system: System;
let taps: Readonly<Record<topology.SubgraphName, SubgraphTap>>;
let client: Client;

beforeAll(async () => {
  system = await startSystem('entity_fetches', inProcess);
  const made = await Promise.all(
    topology.subgraphNames.map(
      async (name) => [name, await tapSubgraph(`${system.environment.urlOf(name)}/graphql`)] as const,
    ),
  );
  taps = Object.fromEntries(made) as typeof taps;
  await system.stop('gateway');
  await system.start(
    'gateway',
    Object.fromEntries(made.map(([name, { url }]) => [`ROUTING_URL_${name.toUpperCase()}`, url])),
  );
  client = createClient({
    url: system.client.url,
    token: () => system.client.token('margaret'),
    webSocketImpl: WebSocket,
  });
}, 120_000);
afterAll(async () => {
  client.close();
  await system.end();
  await Promise.all(Object.values(taps).map(({ close }) => close()));
}, 60_000);

const query = `subscription {
  orderEvents {
    type
    order { id items { product { name } } customer { name } payment { status } }
  }
}`;
const event = z.object({
  orderEvents: z.object({
    type: z.string(),
    order: z.object({
      id: z.string(),
      items: z.array(z.object({ product: z.object({ name: z.string() }) })),
      customer: z.object({ name: z.string() }),
      payment: z.object({ status: z.string() }),
    }),
  }),
});
const deliver = 'mutation ($input: DeliverOrderInput!) { deliverOrder(input: $input) { order { id } } }';

const productRow = z.object({ id: z.string(), name: z.string(), amount: z.int(), currency: z.string() });

/** Three orders of two people that are paid: of one product, of another one, and of both. */
const paidOrders = async () => {
  const rows = await system.sql(
    'products',
    `SELECT id, name, price_amount::int AS amount, currency FROM products
     WHERE active AND on_hand - reserved > 10 ORDER BY sku LIMIT 2`,
  );
  const [one, two] = z.tuple([productRow, productRow]).parse(rows);
  const orders = await Promise.all(
    [
      { as: 'carla', products: [one] },
      { as: 'dmitri', products: [two] },
      { as: 'dmitri', products: [one, two] },
    ].map(async ({ as, products }) => {
      const items = products.map(({ id }) => ({ productId: id, quantity: 1 }));
      const total = { amount: products.reduce((sum, { amount }) => sum + amount, 0), currency: one.currency };
      return { as, products, id: await buy(system.client, { items, total }, 'tok_approve', as) };
    }),
  );
  await eventually(
    async () => {
      const found = await system.sql('orders', 'SELECT status FROM orders WHERE order_id = ANY($1)', [
        orders.map(({ id }) => id),
      ]);
      expect(found.map(({ status }) => status)).toEqual(orders.map(() => 'PAID'));
    },
    { timeoutMs: 60_000 },
  );
  return { orders, products: [one, two] };
};

test('a burst of order events asks users, products and payments once for its first event and once for all the others', async () => {
  const { orders, products } = await paidOrders();
  const events: z.infer<typeof event>['orderEvents'][] = [];
  const problems: unknown[] = [];
  let live = false;
  client.subscribe(
    { query },
    {
      next: ({ data, errors }) => {
        if (errors) problems.push(errors);
        else events.push(event.parse(data).orderEvents);
      },
      error: (reason) => void problems.push(reason),
      complete: () => void problems.push('complete'),
      live: () => (live = true),
    },
  );
  await eventually(() => expect(live).toBe(true));

  const { users, products: catalogue, orders: shop, payments } = taps;
  const others = [users, catalogue, payments];
  const before = shop.events();
  for (const tap of Object.values(taps)) expect(tap.entityFetches).toEqual([]);
  for (const tap of others) tap.hold();
  for (const { id } of orders) await system.client.get(ShipOrderDocument, { input: { orderId: id } }, 'margaret');
  for (const { id } of orders) await system.client.get(deliver, { input: { orderId: id } }, 'margaret');
  // All six have come to the gateway before anything of the first one was answered.
  await eventually(() => expect(shop.events() - before).toBe(6));
  await eventually(() => expect(others.map(({ entityFetches }) => entityFetches.length)).toEqual([1, 1, 1]));
  for (const tap of others) tap.release();

  await eventually(() => expect([events.length, problems]).toEqual([6, []]));
  expect(events).toEqual(
    ['SHIPPED', 'DELIVERED'].flatMap((type) =>
      orders.map(({ id, as, products: bought }) => ({
        type,
        order: {
          id,
          items: bought.map(({ name }) => ({ product: { name } })),
          customer: { name: expect.stringMatching(new RegExp(as, 'i')) },
          payment: { status: 'CAPTURED' },
        },
      })),
    ),
  );
  const asked = ({ entityFetches }: SubgraphTap) =>
    entityFetches.map(({ representations }) => representations.map(({ id }) => id));
  expect(asked(users)).toEqual([[accountId('carla')], [accountId('dmitri'), accountId('carla')]]);
  expect(asked(catalogue)).toEqual([[products[0]?.id], [products[1]?.id, products[0]?.id]]);
  expect(asked(payments)).toEqual([[orders[0]?.id], [orders[1]?.id, orders[2]?.id, orders[0]?.id]]);
  expect(asked(shop)).toEqual([]);
}, 120_000);
