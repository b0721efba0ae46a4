import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort, topology } from '@supergraph/platform';
import { eventually } from '@supergraph/testing';
import { z } from 'zod';
import { BrowseProductsDocument } from './generated/operations.ts';
import { createGatewayClient, type Client } from './support/client.ts';
import { inProcess, type HostedService } from './support/hosts.ts';
import { buy } from './support/purchase.ts';
import { startSystem, type System } from './support/system.ts';

let system: System;
let second: HostedService;
let clients: readonly Client[];
let product: Readonly<{ id: string; sku: string; price: Readonly<{ amount: number; currency: string }> }>;

beforeAll(async () => {
  system = await startSystem('cached', inProcess, { GATEWAY_ENGINE: 'compiled' });
  const { portEnv, metricsPortEnv } = topology.services.gateway;
  const [port, metricsPort] = [await freePort(), await freePort()];
  second = await inProcess('gateway', {
    ...system.environment.env,
    [portEnv]: String(port),
    [metricsPortEnv]: String(metricsPort),
  });
  clients = [system.client, createGatewayClient(`http://127.0.0.1:${port}`, system.environment.keys)];
  const { products } = await system.client.get(BrowseProductsDocument, { filter: { inStock: true }, first: 1 });
  const [edge] = products.edges;
  if (edge === undefined) throw new Error('The demo data has no product in stock.');
  product = edge.node;
  await system.sql('products', 'UPDATE products SET on_hand = reserved + 1000 WHERE id = $1', [product.id]);
}, 120_000);
afterAll(async () => {
  await second.stop();
  await system.end();
});

const node = z.object({ id: z.string(), stock: z.number(), price: z.object({ amount: z.number() }) });
const answer = z.object({ product: node, products: z.object({ nodes: z.array(node) }) });

/** The product by itself and in a list: both may be kept. */
const look = `query ($id: ID!, $sku: String!) {
  product(id: $id) { id stock price { amount } }
  products(filter: { search: $sku }, first: 5) { nodes { id stock price { amount } } }
}`;

type Seen = Readonly<{ amount: number; stock: number }>;

/** What a gateway shows of the product, and whether it had to ask. */
const seenAt = async (client: Client): Promise<readonly Seen[]> => {
  const { data, errors } = await client.ask(look, { id: product.id, sku: product.sku });
  expect(errors).toEqual([]);
  const { product: one, products } = answer.parse(data);
  return [one, ...products.nodes.filter(({ id }) => id === product.id)].map(({ price, stock }) => ({
    amount: price.amount,
    stock,
  }));
};

const isKept = async (client: Client): Promise<void> => {
  await eventually(async () => {
    await seenAt(client);
    const { headers } = await client.ask(look, { id: product.id, sku: product.sku });
    expect(headers.get('cache-control')).toMatch(/max-age=[1-9]/);
  });
};

/** Until every gateway shows it, alone and in the list, and then never goes back. */
const everywhere = async (expected: Partial<Seen>): Promise<void> => {
  for (const client of clients) {
    await eventually(
      async () =>
        expect(await seenAt(client)).toEqual([expect.objectContaining(expected), expect.objectContaining(expected)]),
      { everyMs: 10 },
    );
  }
  for (let round = 0; round < 5; round++) {
    for (const client of clients) expect((await seenAt(client))[0]).toMatchObject(expected);
  }
};

const changePrice = `mutation ($input: ChangePriceInput!) { changePrice(input: $input) { product { id } } }`;

describe('with the real catalogue, every gateway shows, though it had kept what was there before,', () => {
  test('a price that was changed by a mutation at one of them', async () => {
    for (const [index, client] of clients.entries()) {
      for (const one of clients) await isKept(one);
      const amount = product.price.amount + 100 + index;
      await client.get(
        changePrice,
        { input: { id: product.id, price: { amount, currency: product.price.currency } } },
        'linus',
      );
      // Acknowledged with the answer.
      expect(await seenAt(client)).toEqual([expect.objectContaining({ amount }), expect.objectContaining({ amount })]);
      await everywhere({ amount });
    }
  });

  test('a price that was changed in the database, with the event beside it', async () => {
    for (const client of clients) await isKept(client);
    const amount = product.price.amount + 777;
    await system.sql(
      'products',
      `WITH before AS (SELECT id, price_amount FROM products WHERE id = $1),
       changed AS (
         UPDATE products SET price_amount = $2, version = products.version + 1 FROM before WHERE products.id = before.id
         RETURNING products.*, before.price_amount AS previous
       )
       INSERT INTO events (event_id, topic, message_key, aggregate_type, aggregate_id, aggregate_version, event_type, data, metadata)
       SELECT $3::uuid, 'product-events', id::text, 'Product', id::text, version, 'ProductPriceChanged',
              jsonb_build_object('productId', id, 'sku', sku, 'name', name, 'active', active, 'at', $4::text,
                'price', jsonb_build_object('amount', price_amount, 'currency', currency),
                'previousPrice', jsonb_build_object('amount', previous, 'currency', currency)),
              jsonb_build_object('userId', null, 'correlationId', $3::text, 'causationId', null, 'timestamp', $4::text)
       FROM changed`,
      [product.id, amount, randomUUID(), new Date().toISOString()],
    );
    await everywhere({ amount });
  });

  test('the stock that is left when a consumer has reserved some for an order', async () => {
    for (const client of clients) await isKept(client);
    const [before] = await seenAt(system.client);
    if (before === undefined) throw new Error('The product is there.');
    const quantity = 3;
    await eventually(async () => {
      const total = { amount: before.amount * quantity, currency: product.price.currency };
      await buy(system.client, { items: [{ productId: product.id, quantity }], total }, 'tok_approve', 'carla');
    });
    await everywhere({ stock: before.stock - quantity });
  });
});
