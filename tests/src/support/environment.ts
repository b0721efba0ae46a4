import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKafka, ensureTopics } from '@supergraph/messaging';
import { freePort, topology, type LocalKeys } from '@supergraph/platform';
import { createTestDatabase, testBackingServices, testKeys, testNamespace } from '@supergraph/testing';
import { pino } from 'pino';

/** An installation of its own on the shared servers: databases, namespace, keys and ports. */
export type SystemEnvironment = Readonly<{
  /** What every service of it is started with. */
  env: Readonly<Record<string, string>>;
  keys: LocalKeys;
  /** Without a path: `http://127.0.0.1:port`. */
  urlOf: (name: topology.ServiceName) => string;
  databaseUrl: (name: topology.DatabaseOwner) => string;
  remove: () => Promise<void>;
}>;

/**
 * Makes one. Topics get two partitions: enough to have an order to lose, few enough to be made quickly.
 *
 * @param over what is different from the defaults, by environment variable; servers of one's own, for example.
 */
export async function createSystemEnvironment(
  label: string,
  over: Readonly<Record<string, string>> = {},
): Promise<SystemEnvironment> {
  const { redisUrl, kafkaBrokers } = testBackingServices();
  const namespace = testNamespace(label);
  const keys = testKeys();
  const dir = mkdtempSync(join(tmpdir(), 'commerce-supergraph-system-'));
  const jwks = join(dir, 'jwks.json');
  writeFileSync(jwks, keys.tokenJwks);

  const databases = await Promise.all(
    (Object.keys(topology.databases) as topology.DatabaseOwner[]).map(async (name) => {
      const given = over[topology.databases[name].env];
      return given === undefined
        ? { name, ...(await createTestDatabase(`${label}_${name}`)) }
        : { name, url: given, drop: () => Promise.resolve() };
    }),
  );
  const databaseUrl = (name: topology.DatabaseOwner): string => {
    const found = databases.find((database) => database.name === name);
    if (found === undefined) throw new Error(`No database for ${name}.`);
    return found.url;
  };
  const names = Object.keys(topology.services) as topology.ServiceName[];
  const ports = new Map<topology.ServiceName, number>();
  for (const name of names) ports.set(name, await freePort());
  const urlOf = (name: topology.ServiceName): string => `http://127.0.0.1:${ports.get(name)}`;

  const env: Record<string, string> = {
    NODE_ENV: 'test',
    LOG_LEVEL: 'error',
    REDIS_URL: redisUrl,
    KAFKA_BROKERS: kafkaBrokers,
    NAMESPACE: namespace,
    VIEWER_PUBLIC_KEY: keys.viewerPublicKey,
    VIEWER_PRIVATE_KEY: keys.viewerPrivateKey,
    PII_KEYS: keys.piiKeys,
    JWKS: jwks,
    DEMO_DATA: 'true',
    ...over,
  };
  for (const name of names) {
    env[topology.services[name].portEnv] = String(ports.get(name));
    env[topology.services[name].metricsPortEnv] = String(await freePort());
  }
  for (const { name } of databases) env[topology.databases[name].env] ??= databaseUrl(name);
  for (const name of topology.subgraphNames) {
    env[`ROUTING_URL_${name.toUpperCase()}`] = `${urlOf(name)}/graphql`;
  }
  await ensureTopics(
    createKafka({
      brokers: [over['KAFKA_BROKERS'] ?? kafkaBrokers],
      clientId: 'tests',
      namespace,
      log: pino({ level: 'silent' }),
    }),
    { replicationFactor: 1, partitions: 2 },
  );
  return {
    env,
    keys,
    urlOf,
    databaseUrl,
    remove: async () => {
      await Promise.all(databases.map(({ drop }) => drop()));
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
