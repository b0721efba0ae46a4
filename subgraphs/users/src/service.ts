import { readFileSync } from 'node:fs';
import { redacted } from '@supergraph/config';
import { eventLogMigrations } from '@supergraph/eventsourcing';
import { createConsumer, createKafka } from '@supergraph/messaging';
import { createDb, migrate, type Db } from '@supergraph/postgres';
import { createLogger, createMetrics, createOps, type Lifecycle } from '@supergraph/service-kit';
import { createSubgraph, publishEvents } from '@supergraph/subgraph-kit';
import { createAccountDoor } from './accountDoor.ts';
import { auditHandlers } from './audit/recordAudit.ts';
import { environment, type Config } from './config.ts';
import { createContext } from './context.ts';
import { seedDemoAccounts } from './demo/seedDemoAccounts.ts';
import { permissions } from './permissions.ts';
import { createAccountPii } from './pii/accountPii.ts';
import { resolvers } from './resolvers/resolvers.ts';

const typeDefs = readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8');
const migrations = [eventLogMigrations, { name: 'users', url: new URL('../migrations', import.meta.url) }];

/** What a running users subgraph shows to its tests. */
export type UsersService = Readonly<{ url: string; db: Db }>;

/** Connects, migrates, and serves until the lifecycle ends. */
export const startUsers = async (config: Config, lifecycle: Lifecycle): Promise<UsersService> => {
  const log = createLogger({ service: 'users', level: config.LOG_LEVEL });
  log.info({ config: redacted(environment, config) }, 'starting');
  const metrics = createMetrics('users');

  const url = config.DATABASE_URL_USERS;
  const db = createDb({ url, applicationName: 'users', log });
  lifecycle.onClose('database', db.close);
  await migrate({ url, migrations, log });

  const deps = { db, pii: createAccountPii(config.PII_KEYS), now: () => new Date() };
  if (config.DEMO_DATA && (await seedDemoAccounts(deps)) > 0)
    log.warn('demo accounts were made, a super admin among them; everybody can read their passwords');

  const kafka = createKafka({ brokers: config.KAFKA_BROKERS, clientId: 'users', namespace: config.NAMESPACE, log });
  publishEvents({ url, db, kafka, replicationFactor: config.REPLICATION_FACTOR, metrics, log, lifecycle });

  const consumer = createConsumer({ kafka, db, group: 'users-audit', handlers: { 'user-events': auditHandlers }, log });
  consumer.start();
  lifecycle.onClose('consumer of the audit log', consumer.stop);

  const checks = { database: db.ping };
  await createOps({ port: config.METRICS_PORT_USERS, host: config.HOST, metrics, checks, log, lifecycle });
  const subgraph = await createSubgraph({
    name: 'users',
    typeDefs,
    resolvers,
    permissions,
    context: createContext(deps),
    viewerPublicKey: config.VIEWER_PUBLIC_KEY,
    ...(config.IDENTITY_PUBLIC_KEY !== undefined && {
      internal: { caller: 'identity', publicKey: config.IDENTITY_PUBLIC_KEY, routes: createAccountDoor(deps) },
    }),
    port: config.PORT_USERS,
    host: config.HOST,
    metrics,
    checks,
    log,
    lifecycle,
  });
  return { url: subgraph.url, db };
};
