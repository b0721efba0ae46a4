import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createClient, type Client } from '@supergraph/client';
import {
  createGraphClient,
  dataDir,
  embeddedPostgresUrl,
  postgresPlace,
  readPlatformConfig,
  topology,
} from '@supergraph/platform';
import { createDb } from '@supergraph/postgres';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { runningPlatform } from '../runningPlatform.ts';
import { customerTokens, placeOrder, stockedOffers } from '../shop.ts';
import { now } from './event.ts';

/** From the database to the clients. Times in milliseconds. */
export type RealOrders = Readonly<{ orders: number; events: number; p50: number; p99: number }>;

const placed = z.object({ placeOrder: z.object({ order: z.object({ id: z.string() }) }) });
const cancelled = z.object({ cancelOrder: z.object({ order: z.object({ id: z.string() }) }) });
const statusOf = z.object({ order: z.object({ status: z.string() }) });

/**
 * Follows each of many orders over a connection of its own through the gateway of `npm start`, then has their customers
 * cancel them, some a second. An event's time begins when its row is written, so the rest of its transaction counts too:
 * what is measured is a little more than from commit to client.
 *
 * @throws when an event did not arrive
 */
export const measureRealOrders = async ({
  orders,
  perSecond,
}: Readonly<{ orders: number; perSecond: number }>): Promise<RealOrders> => {
  const platform = await runningPlatform();
  const db = createDb({ url: ordersDatabase(), applicationName: 'bench', log: silent });
  const clients: Client[] = [];
  try {
    const { url } = platform;
    const tokens = await customerTokens(url);
    const [offer] = await stockedOffers(url);
    if (offer === undefined) throw new Error('The shop is empty: npm start -- --fresh loads the demo data.');
    const receivedAt = new Map<string, number>();
    const follow = async (token: string): Promise<{ orderId: string; token: string }> => {
      const graph = createGraphClient(url, token);
      const { query, variables } = placeOrder(offer);
      const { id: orderId } = (await graph.ask(placed, query, variables)).placeOrder.order;
      await until(
        async () => (await graph.ask(statusOf, `{ order(id: "${orderId}") { status } }`)).order.status === 'PAID',
      );
      const client = createClient({ url, token: () => token, webSocketImpl: WebSocket });
      clients.push(client);
      await new Promise<void>((resolve, reject) => {
        client.subscribe<{ orderEvents: { id: string } }>(
          { query: `subscription { orderEvents(orderId: "${orderId}") { id type order { status } } }` },
          {
            next: ({ data }) => data && receivedAt.set(data.orderEvents.id, now()),
            live: resolve,
            error: reject,
            complete: () => reject(new Error('A subscription was completed.')),
          },
        );
      });
      return { orderId, token };
    };
    const followed: { orderId: string; token: string }[] = [];
    while (followed.length < orders) {
      const some = tokens.slice(0, Math.min(tokens.length, 8, orders - followed.length));
      followed.push(
        ...(await Promise.all(some.map((_, n) => follow(tokens[(followed.length + n) % tokens.length] ?? '')))),
      );
    }

    const [{ position = 0 } = {}] = await db.query<{ position: number }>(
      'SELECT coalesce(max(position), 0)::int AS position FROM events',
    );
    const cancelling: Promise<unknown>[] = [];
    for (const { orderId, token } of followed) {
      cancelling.push(
        createGraphClient(url, token).ask(
          cancelled,
          'mutation($input: CancelOrderInput!) { cancelOrder(input: $input) { order { id } } }',
          { input: { orderId } },
        ),
      );
      await pause(1_000 / perSecond);
    }
    await Promise.all(cancelling);

    const written = async () =>
      db.query<{ id: string; at: number }>(
        `SELECT event_id AS id, extract(epoch FROM recorded_at)::float8 * 1000 AS at FROM events
         WHERE topic = 'order-events' AND position > $1 AND aggregate_id = ANY($2)`,
        [position, followed.map(({ orderId }) => orderId)],
      );
    await until(async () => {
      const events = await written();
      return events.length >= orders && events.every(({ id }) => receivedAt.has(id));
    });
    const times = (await written())
      .map(({ id, at }) => (receivedAt.get(id) ?? Number.NaN) - at)
      .toSorted((a, b) => a - b);
    const quantile = (share: number): number =>
      times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
    return { orders, events: times.length, p50: quantile(0.5), p99: quantile(0.99) };
  } finally {
    for (const client of clients) client.close();
    await db.close();
    await platform.stop();
  }
};

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Of the installation that `npm start` runs. */
const ordersDatabase = (): string => {
  const { given, portOf } = readPlatformConfig();
  const { env, name } = topology.databases.orders;
  const embedded = (): string =>
    `${embeddedPostgresUrl(postgresPlace(join(dataDir, 'postgres')), portOf(topology.backingPorts.postgres.env))}/${name}`;
  return given[env] ?? embedded();
};

const until = async (holds: () => Promise<boolean>): Promise<void> => {
  const deadline = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('It took more than a minute.');
    await pause(20);
  }
};
