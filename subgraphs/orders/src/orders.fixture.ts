import { randomUUID } from 'node:crypto';
import { createViewerSigner, type Principal } from '@supergraph/auth';
import type { PaymentEvent, ProductEvent, StoredEvent, TopicName } from '@supergraph/events';
import { appendMessages, eventLogMigrations } from '@supergraph/eventsourcing';
import { createKafka, createRelay, ensureTopics } from '@supergraph/messaging';
import { createDb, migrate, type Db } from '@supergraph/postgres';
import { createLifecycle, createLogger } from '@supergraph/service-kit';
import { createTestDatabase, testBackingServices, testKeys, testNamespace } from '@supergraph/testing';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { environment } from './config.ts';
import { startOrders } from './service.ts';

export const user = (id: string, ...roles: ('customer' | 'employee' | 'admin')[]): Principal => ({
  kind: 'user',
  id,
  roles: roles.length === 0 ? ['customer'] : roles,
  scopes: null,
});

type Answer<Data> = { data: Data | null; errors?: { message: string; extensions: Record<string, unknown> }[] };

/** What a subscriber got so far, and how its stream ended, if it did. */
export type Following<Data> = {
  got: Data[];
  /** The last one that came. */
  cursor: string | null;
  ended: string | null;
  close: () => void;
};

/** What plays the other services: a second database with a relay, in an installation (namespace) of its own. */
export async function startOthers() {
  const log = createLogger({ service: 'others', level: 'silent' });
  const { redisUrl, kafkaBrokers } = testBackingServices();
  const keys = testKeys();
  const namespace = testNamespace('orders');
  const signer = createViewerSigner({ privateKey: keys.viewerPrivateKey });

  const kafka = createKafka({ brokers: kafkaBrokers.split(','), clientId: 'others', namespace, log });
  await ensureTopics(kafka, { replicationFactor: 1, partitions: 1 });
  const database = await createTestDatabase('others');
  await migrate({ url: database.url, migrations: [eventLogMigrations], log });
  const db = createDb({ url: database.url, applicationName: 'others', log });
  const relay = createRelay({ url: database.url, db, kafka, log });
  relay.start();
  const own = await createTestDatabase('orders');

  /** What orders needs to run beside them. */
  const env: Readonly<Record<string, string>> = {
    DATABASE_URL_ORDERS: own.url,
    REDIS_URL: redisUrl,
    KAFKA_BROKERS: kafkaBrokers,
    NAMESPACE: namespace,
    VIEWER_PUBLIC_KEY: keys.viewerPublicKey,
  };

  /** One request of a viewer, as the gateway would send it. */
  const askAt = async <Data>(
    url: string,
    viewer: Principal,
    query: string,
    variables: object,
  ): Promise<Answer<Data>> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-viewer': await signer.sign(viewer, 'orders') },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as Answer<Data>;
  };

  /** Lets another service say something. @returns the id of the event */
  const tell = async (
    topic: TopicName,
    key: string,
    version: number,
    event: ProductEvent | PaymentEvent,
  ): Promise<string> => {
    const aggregateType =
      topic === 'payment-events' ? 'Payment' : event.type.startsWith('Stock') ? 'StockReservation' : 'Product';
    const [stored] = await db.transaction((tx) =>
      appendMessages(
        tx,
        [{ topic, key, aggregateType, aggregateId: key, aggregateVersion: version, customerId: null, ...event }],
        { userId: null, correlationId: randomUUID(), causationId: null },
      ),
    );
    return stored?.eventId ?? '';
  };

  /** Publishes everything that others ever said once more, as a relay does that was paused in the middle. */
  const repeatAll = (): Promise<unknown> => db.query('UPDATE relay_state SET published_position = 0');

  const close = async (): Promise<void> => {
    await relay.stop();
    await db.close();
    await Promise.all([own.drop(), database.drop()]);
  };

  return { env, signer, askAt, tell, repeatAll, close };
}

/** One orders service in this process, on real servers, and the others. */
export async function startOrdersTest(overrides: Readonly<Record<string, string>> = {}) {
  const { env, signer, askAt, tell, repeatAll, close: closeOthers } = await startOthers();
  const lifecycle = createLifecycle({ log: createLogger({ service: 'orders-test', level: 'silent' }) });
  const quiet = { LOG_LEVEL: 'silent', PORT_ORDERS: '0', METRICS_PORT_ORDERS: '0' };
  const { url, db } = await startOrders(environment.parse({ ...env, ...quiet, ...overrides }), lifecycle);

  const ask = <Data>(viewer: Principal, query: string, variables: object = {}): Promise<Answer<Data>> =>
    askAt<Data>(url, viewer, query, variables);

  /** Follows a subscription until it is closed. */
  const follow = async <Data>(
    viewer: Principal,
    query: string,
    variables: object = {},
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<Following<Data>> => {
    const client = createClient({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 });
    const following: Following<Data> = {
      got: [],
      cursor: null,
      ended: null,
      close: () => void Promise.resolve(client.dispose()).catch(() => undefined),
    };
    client.subscribe<Data, { cursor?: string }>(
      { query, variables: { ...variables }, extensions: { viewer: await signer.sign(viewer, 'orders'), ...more } },
      {
        next: ({ data, errors, extensions }) => {
          if (extensions?.cursor !== undefined) following.cursor = extensions.cursor;
          if (data) following.got.push(data);
          if (errors) following.ended = String(errors[0]?.extensions?.['code']);
        },
        error: (error) => {
          const [first] = Array.isArray(error) ? error : [error];
          following.ended = first?.extensions?.code ?? String(first);
        },
        complete: () => (following.ended ??= 'complete'),
      },
    );
    return following;
  };

  const close = async (): Promise<void> => {
    await lifecycle.close();
    await closeOthers();
  };

  return { url, db, ask, follow, tell, repeatAll, close };
}

export type OrdersTest = Awaited<ReturnType<typeof startOrdersTest>>;

/** Everything in the event log of orders, oldest first. */
export const eventsIn = async (db: Db, aggregateId?: string): Promise<readonly Pick<StoredEvent, 'type' | 'data'>[]> =>
  db.query<{ type: string; data: unknown }>(
    `SELECT event_type AS type, data FROM events WHERE $1::text IS NULL OR aggregate_id = $1 ORDER BY seq`,
    [aggregateId ?? null],
  );
