import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createClient, type Client, type Subscription } from '@supergraph/client';
import { demoAccounts } from '@supergraph/events';
import { freePort } from '@supergraph/platform';
import { eventually, startTestKafka, startTestRedis, type TestServer } from '@supergraph/testing';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { BrowseProductsDocument, PlaceOrderDocument } from './generated/operations.ts';
import { startBalancer, type Balancer } from './support/balancer.ts';
import { createGatewayClient } from './support/client.ts';
import { processes, type HostedService } from './support/hosts.ts';
import type { Basket } from './support/purchase.ts';
import { startSystem, type System } from './support/system.ts';

/** `npm run test:chaos` makes it long; every `npm test` runs the short form. */
const { chaosClients, chaosOrders, chaosRounds } = z
  .object({
    chaosClients: z.int().default(24),
    chaosOrders: z.int().default(30),
    /** Each round kills a gateway, and breaks a tenth of the connections several times. */
    chaosRounds: z.int().default(4),
  })
  .parse(globalThis);

const transports = ['websocket', 'sse', 'multipart'] as const;
const customers = demoAccounts.filter(({ role }) => role === 'customer').map(({ name }) => name.toLowerCase());
const query = 'subscription { orderEvents { id type order { id items { product { name } } customer { name } } } }';
type Event = { orderEvents: { id: string; type: string; order: { id: string; items: unknown[] } } };

/** One follower, with everything it was told. */
type Follower = {
  who: string;
  transport: (typeof transports)[number];
  client: Client;
  subscription: Subscription;
  ids: string[];
  incomplete: number;
  interruptions: number;
  replayed: number;
  repeated: number;
  live: boolean;
  failure: unknown;
};

let kafka: TestServer;
let redis: TestServer;
let system: System;
let balancer: Balancer;
let second: HostedService;
let secondEnvironment: Record<string, string>;
let basket: Basket;
const followers: Follower[] = [];

beforeAll(async () => {
  [kafka, redis] = await Promise.all([startTestKafka(), startTestRedis()]);
  const redisUrl = redis.url.includes('://') ? redis.url : `redis://${redis.url}`;
  system = await startSystem('chaos', processes, { KAFKA_BROKERS: kafka.url, REDIS_URL: redisUrl });
  const port = await freePort();
  secondEnvironment = {
    ...system.environment.env,
    PORT_GATEWAY: String(port),
    METRICS_PORT_GATEWAY: String(await freePort()),
  };
  second = await processes('gateway', secondEnvironment);
  balancer = await startBalancer([Number(new URL(system.environment.urlOf('gateway')).port), port]);
  const { products } = await system.client.get(BrowseProductsDocument, { filter: { inStock: true }, first: 1 });
  const product = products.edges[0]?.node;
  if (product === undefined) throw new Error('The demo data has no product in stock.');
  basket = { items: [{ productId: product.id, quantity: 1 }], total: product.price };
  await system.sql('products', 'UPDATE products SET on_hand = reserved + 10000 WHERE id = $1', [product.id]);
}, 240_000);
afterAll(async () => {
  for (const { client } of followers) client.close();
  await balancer.close();
  await second.stop().catch(() => undefined);
  await system.end();
  await Promise.all([kafka.remove(), redis.remove()]);
}, 120_000);

const follow = (index: number): Follower => {
  const transport = transports[index % transports.length] ?? 'websocket';
  // Every eighth follows everybody, as staff may.
  const who = index % 8 === 7 ? 'margaret' : (customers[index % customers.length] ?? 'carla');
  const client = createClient({
    url: `${balancer.url}/graphql`,
    transport,
    token: () => system.client.token(who),
    webSocketImpl: WebSocket,
    backOff: (n) => Math.min(50 * 2 ** n, 1_000) * (0.5 + Math.random() / 2),
  });
  const follower = {
    ...{
      who,
      transport,
      client,
      ids: [],
      incomplete: 0,
      interruptions: 0,
      replayed: 0,
      repeated: 0,
      live: false,
      failure: undefined,
    },
  } as Omit<Follower, 'subscription'>;
  const subscription = client.subscribe<Event>(
    { query },
    {
      next: ({ data, errors }) => {
        if (data) follower.ids.push(data.orderEvents.id);
        else follower.failure = errors;
        if (errors) follower.incomplete += 1;
        if (!follower.live) follower.replayed += 1;
      },
      live: () => (follower.live = true),
      repeated: () => (follower.repeated += 1),
      interrupted: () => {
        follower.live = false;
        follower.interruptions += 1;
      },
      error: (reason) => (follower.failure = reason ?? 'error'),
      complete: () => (follower.failure = 'completed'),
    },
  );
  return Object.assign(follower, { subscription });
};

/** Places an order, however often it takes; the key makes it one. */
const order = async (as: string): Promise<void> => {
  const client = createGatewayClient(balancer.url, system.environment.keys);
  const input = {
    ...{ items: basket.items, expectedTotal: basket.total, paymentToken: 'tok_approve' },
    idempotencyKey: randomUUID(),
  };
  for (;;) {
    const answer = await client.ask(PlaceOrderDocument, { input }, as).catch(() => null);
    if (answer?.data?.placeOrder.order) return;
    await pause(200);
  }
};

const eventsIn = async (): Promise<readonly { id: string; customer: string; position: number }[]> =>
  (
    await system.sql(
      'orders',
      `SELECT event_id AS id, customer_id AS customer, position::int FROM events
       WHERE topic = 'order-events' AND position > $1 ORDER BY position`,
      [baseline],
    )
  ).map(({ id, customer, position }) => ({
    id: String(id),
    customer: String(customer),
    position: Number(position),
  }));
let baseline = 0;

test('every follower gets exactly its events, in order, whatever is cut, killed and restarted meanwhile', async () => {
  for (let index = 0; index < chaosClients; index += 1) followers.push(follow(index));
  await eventually(() => expect(followers.filter(({ live }) => !live)).toEqual([]), { timeoutMs: 60_000 });
  const [row] = await system.sql('orders', 'SELECT last_position::int AS position FROM relay_state');
  baseline = Number(row?.['position']);

  let ordering = true;
  const load = (async () => {
    const placing: Promise<void>[] = [];
    for (let n = 0; n < chaosOrders; n += 1) {
      placing.push(order(customers[n % customers.length] ?? 'carla'));
      await pause((chaosRounds * 3_000) / chaosOrders);
    }
    await Promise.all(placing);
    ordering = false;
  })();

  let cuts = 0;
  let killed = 0;
  const incidents: (() => Promise<void>)[] = [
    async () => {
      await system.kill('orders');
      await system.start('orders');
    },
    async () => {
      await redis.kill();
      await pause(500);
      await redis.start();
    },
    async () => {
      await kafka.kill();
      await kafka.start();
    },
  ];
  for (let round = 0; round < chaosRounds || ordering || incidents.length > 0; round += 1) {
    const incident = incidents.shift();
    for (let n = 0; n < 3; n += 1) {
      cuts += balancer.cut(0.1);
      await pause(300);
    }
    await Promise.all([
      incident?.(),
      round % 2 === 0
        ? system.kill('gateway').then(() => system.start('gateway'))
        : second.kill().then(async () => void (second = await processes('gateway', secondEnvironment))),
    ]);
    killed += 1;
    await pause(500);
  }
  await load;

  // Every order has come to its end, and nothing is appended any more.
  await eventually(
    async () => {
      const [open] = await system.sql(
        'orders',
        `SELECT count(*)::int AS n FROM orders WHERE status NOT IN ('PAID', 'CANCELLED', 'SHIPPED', 'DELIVERED')
         AND order_id IN (SELECT aggregate_id::uuid FROM events WHERE position > $1)`,
        [baseline],
      );
      expect(open?.['n']).toBe(0);
    },
    { timeoutMs: 120_000, everyMs: 500 },
  );
  const produced = await eventsIn();
  const expectedOf = ({ who }: Follower): string[] => {
    const id = demoAccounts.find(({ name }) => name.toLowerCase() === who)?.id;
    return produced.filter(({ customer }) => who === 'margaret' || customer === id).map((event) => event.id);
  };
  await eventually(
    () => {
      for (const one of followers)
        expect([one.who, one.transport, one.ids.length]).toEqual([one.who, one.transport, expectedOf(one).length]);
    },
    { timeoutMs: 60_000, everyMs: 500 },
  );

  const sum = (count: (follower: Follower) => number): number => followers.reduce((n, one) => n + count(one), 0);
  process.stdout.write(
    `${[
      `chaos: ${followers.length} followers over ${transports.join(', ')}; ${chaosOrders} orders, ${produced.length} events produced`,
      `gateways killed ${killed}, orders, Redis and Kafka once each; connections cut ${cuts}, interruptions seen by followers ${sum(({ interruptions }) => interruptions)}`,
      `events due ${sum((one) => expectedOf(one).length)}, received ${sum(({ ids }) => ids.length)}, ` +
        `of them replayed ${sum(({ replayed }) => replayed)}, duplicates removed ${sum(({ repeated }) => repeated)}, ` +
        `duplicates left ${sum(({ ids }) => ids.length - new Set(ids).size)}, ` +
        `with a field that another subgraph could not give ${sum(({ incomplete }) => incomplete)}`,
    ].join('\n')}\n`,
  );
  for (const one of followers) {
    expect(one.failure).toBeUndefined();
    expect(one.ids).toEqual(expectedOf(one));
  }
  expect(sum(({ interruptions }) => interruptions)).toBeGreaterThan(0);
}, 600_000);
