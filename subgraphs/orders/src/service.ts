import { readFileSync } from 'node:fs';
import { redacted } from '@supergraph/config';
import { createTasks, eventLogMigrations, type Tasks } from '@supergraph/eventsourcing';
import { createConsumer, createKafka } from '@supergraph/messaging';
import { createDb, migrate, type Db } from '@supergraph/postgres';
import { createLogger, createMetrics, createOps, type Lifecycle } from '@supergraph/service-kit';
import { createLiveEvents, createSubgraph, publishEvents } from '@supergraph/subgraph-kit';
import { environment, type Config } from './config.ts';
import type { Context } from './context.ts';
import { seedDemoOrders } from './demo/seedDemoOrders.ts';
import { createLoaders } from './loaders.ts';
import { createOrders } from './orders.ts';
import { createOrderStore } from './orderStore.ts';
import { createOrderSubscriptions } from './orderSubscriptions.ts';
import { permissions } from './permissions.ts';
import { pruneIdempotencyKeys } from './pruneIdempotencyKeys.ts';
import { createHandlers } from './reactions/handlers.ts';
import { createPaymentDeadline, paymentDeadline } from './reactions/paymentDeadline.ts';
import { resolvers } from './resolvers/resolvers.ts';

const typeDefs = readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8');
const migrations = [eventLogMigrations, { name: 'orders', url: new URL('../migrations', import.meta.url) }];

const hour = 3_600_000;

/** What a running orders subgraph shows to its tests. */
export type OrdersService = Readonly<{ url: string; db: Db }>;

/** Connects, migrates, and serves until the lifecycle ends. */
export async function startOrders(config: Config, lifecycle: Lifecycle): Promise<OrdersService> {
  const log = createLogger({ service: 'orders', level: config.LOG_LEVEL });
  log.info({ config: redacted(environment, config) }, 'starting');
  const metrics = createMetrics('orders');
  const now = (): string => new Date().toISOString();

  const url = config.DATABASE_URL_ORDERS;
  const db = createDb({ url, applicationName: 'orders', log });
  lifecycle.onClose('database', db.close);
  await migrate({ url, migrations, log });
  if (config.DEMO_DATA) log.info({ orders: await seedDemoOrders(db) }, 'demo data');

  const store = createOrderStore(db);
  const expire = createPaymentDeadline({ db, store, tasks: () => tasks, now });
  const tasks: Tasks = createTasks({ db, log, handlers: { [paymentDeadline]: expire } });
  tasks.start();
  lifecycle.onClose('tasks', tasks.stop);

  const pruning = setInterval(() => {
    pruneIdempotencyKeys(db).catch((error: unknown) => log.warn({ err: error }, 'old keys could not be pruned'));
  }, hour);
  lifecycle.onClose('pruning', () => clearInterval(pruning));

  const namespace = config.NAMESPACE;
  const live = createLiveEvents({
    db,
    topic: 'order-events',
    redisUrl: config.REDIS_URL,
    namespace,
    log,
    resumeWindowSeconds: config.RESUME_WINDOW_SECONDS,
  });
  await live.start();
  lifecycle.onClose('live events', live.stop);

  const kafka = createKafka({ brokers: config.KAFKA_BROKERS, clientId: 'orders', namespace, log });
  publishEvents({ url, db, kafka, replicationFactor: config.REPLICATION_FACTOR, metrics, log, lifecycle });
  const handlers = createHandlers({ store, tasks, live, now, deadlineSeconds: config.PAYMENT_DEADLINE_SECONDS, log });
  for (const [group, handled] of Object.entries(handlers)) {
    const consumer = createConsumer({ kafka, db, group, handlers: handled, log });
    consumer.start();
    lifecycle.onClose(`consumer ${group}`, consumer.stop);
  }

  const checks = { database: db.ping };
  await createOps({ port: config.METRICS_PORT_ORDERS, host: config.HOST, metrics, checks, log, lifecycle });
  const orders = createOrders({ db, store, now });
  const subscriptions = createOrderSubscriptions({ live, store });
  const { url: graphqlUrl } = await createSubgraph<Context>({
    name: 'orders',
    typeDefs,
    resolvers,
    permissions,
    context: (scope) => ({ ...scope, loaders: createLoaders(db), orders, subscriptions }),
    viewerPublicKey: config.VIEWER_PUBLIC_KEY,
    port: config.PORT_ORDERS,
    host: config.HOST,
    metrics,
    checks,
    log,
    lifecycle,
  });
  return { url: graphqlUrl, db };
}
