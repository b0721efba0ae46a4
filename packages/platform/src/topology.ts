/**
 * The one place of names: services and their ports, databases, images, ports of the backing services, Kafka's settings.
 * `npm start`, the tests and docker-compose.yml are all held to it (`composeFile.test.ts` compares the latter).
 */

export const subgraphNames = ['users', 'products', 'orders', 'payments'] as const;
export type SubgraphName = (typeof subgraphNames)[number];
export type ServiceName = SubgraphName | 'identity' | 'gateway';

/** Services with a database of their own. */
export type DatabaseOwner = SubgraphName | 'identity' | 'gateway';

export type ServiceTopology = Readonly<{
  /** Default port of the service; `portEnv` names the variable that changes it. */
  port: number;
  portEnv: string;
  metricsPort: number;
  metricsPortEnv: string;
  /** Folder of the workspace, from the root of the checkout. */
  dir: string;
}>;

const service = (name: string, port: number, dir: string): ServiceTopology => ({
  port,
  portEnv: `PORT_${name.toUpperCase()}`,
  metricsPort: port + 5000,
  metricsPortEnv: `METRICS_PORT_${name.toUpperCase()}`,
  dir,
});

export const services: Readonly<Record<ServiceName, ServiceTopology>> = {
  gateway: service('gateway', 4000, 'gateway'),
  users: service('users', 4001, 'subgraphs/users'),
  products: service('products', 4002, 'subgraphs/products'),
  orders: service('orders', 4003, 'subgraphs/orders'),
  payments: service('payments', 4004, 'subgraphs/payments'),
  identity: service('identity', 4005, 'identity'),
};

/**
 * Node's options for the gateway, which makes much that dies with its request: with the default of 16 MiB for the young
 * generation a third of its processor time on large answers goes into copying what was about to die.
 */
export const gatewayNodeOptions = '--max-semi-space-size=64';

/** Each of these services has its own database, and its URL travels in its own variable. */
export const databases: Readonly<Record<DatabaseOwner, Readonly<{ name: string; env: string }>>> = {
  users: { name: 'users', env: 'DATABASE_URL_USERS' },
  products: { name: 'products', env: 'DATABASE_URL_PRODUCTS' },
  orders: { name: 'orders', env: 'DATABASE_URL_ORDERS' },
  payments: { name: 'payments', env: 'DATABASE_URL_PAYMENTS' },
  identity: { name: 'identity', env: 'DATABASE_URL_IDENTITY' },
  gateway: { name: 'gateway', env: 'DATABASE_URL_GATEWAY' },
};

/** Ports of the embedded backing services under `npm start`: unusual ones, so that an installed server is not in the way. */
export const backingPorts = {
  postgres: { port: 15432, env: 'POSTGRES_PORT' },
  redis: { port: 16379, env: 'REDIS_PORT' },
  kafka: { port: 19092, env: 'KAFKA_PORT' },
  kafkaController: { port: 19093, env: 'KAFKA_CONTROLLER_PORT' },
} as const;
export type BackingPorts = Readonly<Record<keyof typeof backingPorts, number>>;

/** Versions of the real servers; the embedded ones and the images of docker-compose.yml are the same. */
export const versions = { postgres: '18.4', redis: '7.0.15', kafka: '4.3.1', node: '24' } as const;

export const images = {
  postgres: `postgres:${versions.postgres}`,
  redis: `redis:${versions.redis}`,
  kafka: `apache/kafka:${versions.kafka}`,
} as const;

/** How text is encoded and sorted, the same on every machine. The official image is given the same words. */
export const initdbArguments = [
  '--encoding=UTF8',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--locale=C',
];

/** Settings of the PostgreSQL server that the services count on. */
export const postgresSettings = { max_connections: '100' } as const;

/** Sessions, limits and cache tags live in Redis: nothing may be evicted behind our back. */
export const redisSettings = { 'maxmemory-policy': 'noeviction' } as const;

/** A fixed cluster id: a node formatted twice keeps its place. Any 16 bytes in base64url will do. */
export const kafkaClusterId = 'Y29tbWVyY2Utc3VwZXJnQQ';

/**
 * Settings of the single-node broker, wherever it runs. Topics are made by the services, with the partitions and the
 * retention of `@supergraph/events`; a typing error in a name must not make one, so auto-creation is off.
 */
export const kafkaSettings: Readonly<Record<string, string>> = {
  'auto.create.topics.enable': 'false',
  'default.replication.factor': '1',
  'min.insync.replicas': '1',
  'offsets.topic.num.partitions': '5',
  'offsets.topic.replication.factor': '1',
  'transaction.state.log.num.partitions': '3',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'share.coordinator.state.topic.replication.factor': '1',
  'share.coordinator.state.topic.min.isr': '1',
  // A lone consumer need not wait for others that may join.
  'group.initial.rebalance.delay.ms': '0',
  // Small memory: the defaults are for a machine that does nothing else (the log cleaner alone takes 128 MB of heap).
  'log.cleaner.dedupe.buffer.size': '4194304',
  'log.cleaner.io.buffer.size': '65536',
  'log.index.size.max.bytes': '1048576',
  'num.network.threads': '2',
  'num.io.threads': '4',
  'background.threads': '2',
};
