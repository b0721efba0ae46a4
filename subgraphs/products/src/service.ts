import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { redacted } from '@supergraph/config';
import { eventLogMigrations } from '@supergraph/eventsourcing';
import { createConsumer, createKafka, type EventHandler } from '@supergraph/messaging';
import { createDb, migrate, type Db } from '@supergraph/postgres';
import { createLogger, createMetrics, createOps, type Lifecycle } from '@supergraph/service-kit';
import { createSubgraph, publishEvents } from '@supergraph/subgraph-kit';
import { environment, type Config } from './config.ts';
import { connectRedis } from './connectRedis.ts';
import { createContext } from './context.ts';
import { loadDemoCatalogue } from './demo/loadDemoCatalogue.ts';
import { permissions } from './permissions.ts';
import { createProductCommands } from './productCommands.ts';
import { createStockReactions, createTrendingReactions } from './reactions.ts';
import { resolvers } from './resolvers/resolvers.ts';
import { createTrending } from './trending.ts';

const typeDefs = readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8');
const migrations = [eventLogMigrations, { name: 'products', url: new URL('../migrations', import.meta.url) }];

/** What a running products subgraph shows to its tests. */
export type ProductsService = Readonly<{ url: string; db: Db }>;

/** Connects, migrates, and serves until the lifecycle ends. */
export const startProducts = async (config: Config, lifecycle: Lifecycle): Promise<ProductsService> => {
  const log = createLogger({ service: 'products', level: config.LOG_LEVEL });
  log.info({ config: redacted(environment, config) }, 'starting');
  const metrics = createMetrics('products');
  const now = (): Date => new Date();

  const url = config.DATABASE_URL_PRODUCTS;
  const db = createDb({ url, applicationName: 'products', log });
  lifecycle.onClose('database', db.close);
  await migrate({ url, migrations, log });
  if (config.DEMO_DATA) log.info({ products: await loadDemoCatalogue(db, now) }, 'demo data');

  const { NAMESPACE: namespace, REPLICATION_FACTOR: replicationFactor } = config;
  const kafka = createKafka({ brokers: config.KAFKA_BROKERS, clientId: 'products', namespace, log });
  publishEvents({ url, db, kafka, replicationFactor, metrics, log, lifecycle });

  const redis = connectRedis(config.REDIS_URL, log, lifecycle);
  const trending = createTrending({ redis, namespace, now, log });
  const react = (group: string, reactions: Readonly<Record<string, EventHandler>>): void => {
    const consumer = createConsumer({ kafka, db, group, handlers: { 'order-events': reactions }, log });
    consumer.start();
    lifecycle.onClose(group, consumer.stop);
  };
  react('products-stock', createStockReactions(now));
  // A group of its own, so that stock never waits for Redis.
  react('products-trending', createTrendingReactions(trending));

  const commands = createProductCommands({ db, now, newId: randomUUID });
  const checks = { database: db.ping };
  await createOps({ port: config.METRICS_PORT_PRODUCTS, host: config.HOST, metrics, checks, log, lifecycle });
  const subgraph = await createSubgraph({
    name: 'products',
    typeDefs,
    resolvers,
    permissions,
    context: createContext({ db, commands, trending }),
    viewerPublicKey: config.VIEWER_PUBLIC_KEY,
    port: config.PORT_PRODUCTS,
    host: config.HOST,
    metrics,
    checks,
    log,
    lifecycle,
  });
  return { url: subgraph.url, db };
};
