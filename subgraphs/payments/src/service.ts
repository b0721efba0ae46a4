import { readFileSync } from 'node:fs';
import { redacted } from '@supergraph/config';
import { createTasks, eventLogMigrations, type Tasks } from '@supergraph/eventsourcing';
import { createKafka } from '@supergraph/messaging';
import { createDb, migrate, type Db } from '@supergraph/postgres';
import { createLogger, createMetrics, createOps, type Lifecycle } from '@supergraph/service-kit';
import { createLiveEvents, createSubgraph, publishEvents } from '@supergraph/subgraph-kit';
import { environment, type Config } from './config.ts';
import { createConsumers } from './consumers.ts';
import { createContext } from './context.ts';
import { seedDemoPayments } from './demo/seedDemoPayments.ts';
import { createFollowPayments } from './followPayments.ts';
import { createPayments } from './payments.ts';
import { createPaymentStore } from './paymentStore.ts';
import { permissions } from './permissions.ts';
import { createSandboxProvider } from './provider/sandbox.ts';
import { withTimeout } from './provider/withTimeout.ts';
import { createProviderTasks } from './providerTasks.ts';
import { resolvers } from './resolvers/resolvers.ts';

const typeDefs = readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8');
const migrations = [eventLogMigrations, { name: 'payments', url: new URL('../migrations', import.meta.url) }];

/** What a running payments subgraph shows to its tests. */
export type PaymentsService = Readonly<{ url: string; db: Db }>;

/** Connects, migrates, and serves until the lifecycle ends. */
export const startPayments = async (config: Config, lifecycle: Lifecycle): Promise<PaymentsService> => {
  const log = createLogger({ service: 'payments', level: config.LOG_LEVEL });
  log.info({ config: redacted(environment, config) }, 'starting');
  const metrics = createMetrics('payments');
  const now = () => new Date();

  const url = config.DATABASE_URL_PAYMENTS;
  const db = createDb({ url, applicationName: 'payments', log });
  lifecycle.onClose('database', db.close);
  await migrate({ url, migrations, log });
  if (config.DEMO_DATA) log.info({ payments: await seedDemoPayments(db) }, 'demo data');

  log.warn('payments go to the sandbox provider: no money moves');
  const provider = withTimeout(
    createSandboxProvider({ db, unansweredCalls: config.SANDBOX_UNANSWERED_CALLS }),
    config.PROVIDER_TIMEOUT_MS,
  );
  // The store schedules tasks, and tasks append to the store.
  const store = createPaymentStore({ db, schedule: (tx, task) => tasks.schedule(tx, task) });
  const tasks: Tasks = createTasks({
    db,
    log,
    // A worker holds a task longer than the provider may take, or a second one would ask meanwhile.
    leaseSeconds: 5 + Math.ceil((2 * config.PROVIDER_TIMEOUT_MS) / 1_000),
    handlers: createProviderTasks({
      db,
      provider,
      payments: store,
      complete: (tx, task) => tasks.complete(tx, task),
      capture: config.CAPTURE_MODE,
      now,
    }),
  });

  const { NAMESPACE: namespace, REDIS_URL: redisUrl } = config;
  const kafka = createKafka({ brokers: config.KAFKA_BROKERS, clientId: 'payments', namespace, log });
  publishEvents({ url, db, kafka, replicationFactor: config.REPLICATION_FACTOR, metrics, log, lifecycle });
  const resumeWindowSeconds = config.RESUME_WINDOW_SECONDS;
  const live = createLiveEvents({ db, topic: 'payment-events', redisUrl, namespace, log, resumeWindowSeconds });
  lifecycle.onClose('live events', live.stop);
  await live.start();
  tasks.start();
  lifecycle.onClose('tasks', tasks.stop);
  for (const consumer of createConsumers({ kafka, db, log, payments: store, live, now })) {
    consumer.start();
    lifecycle.onClose('consumer', consumer.stop);
  }

  const checks = { database: db.ping };
  await createOps({ port: config.METRICS_PORT_PAYMENTS, host: config.HOST, metrics, checks, log, lifecycle });
  const subgraph = await createSubgraph({
    name: 'payments',
    typeDefs,
    resolvers,
    permissions,
    context: createContext({
      db,
      payments: createPayments({ db, store, now, stepUpAbove: config.REFUND_STEP_UP_ABOVE }),
      follow: createFollowPayments(live),
    }),
    viewerPublicKey: config.VIEWER_PUBLIC_KEY,
    port: config.PORT_PAYMENTS,
    host: config.HOST,
    metrics,
    checks,
    log,
    lifecycle,
  });
  return { url: subgraph.url, db };
};
