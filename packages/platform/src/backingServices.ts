import { chownSync, mkdirSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startKafka } from './kafka.ts';
import { kafkaJars } from './kafkaJars.ts';
import { createDatabases, startPostgres } from './postgres.ts';
import { canEnter, postgresUser } from './postgresBinaries.ts';
import { startRedis } from './redis.ts';
import { databases, type BackingPorts } from './topology.ts';
import type { RunningServer } from './runningServer.ts';

export type BackingServices = Readonly<{
  /** DATABASE_URL_*, REDIS_URL and KAFKA_BROKERS: those that were given, and those of the servers started here. */
  env: Readonly<Record<string, string>>;
  /** The superuser's URL of the embedded PostgreSQL (no database name), when one was started. */
  postgresUrl: string | undefined;
  /** The servers that were started, by name. */
  servers: Readonly<Record<string, RunningServer>>;
  stop(): Promise<void>;
}>;

export type BackingServicesOptions = Readonly<{
  /** `start` keeps its state and is durable; `test` is quick and forgets. */
  mode: 'start' | 'test';
  /** Where the state of the servers lives. */
  dataDir: string;
  /** Where the Kafka jars are kept, shared by all. */
  kafkaLibraryDir: string;
  logDir?: string;
  ports: BackingPorts;
  /** External services from the environment; nothing is started in their place. */
  given: Readonly<Record<string, string>>;
  progress: (line: string) => void;
  /** Told about each server that was started, also when one was started again. */
  onStarted?: (name: string, pid: number) => void;
}>;

/** Starts what was not given, side by side. When one of them fails, the others are stopped and its error is thrown. */
export const startBackingServices = async (options: BackingServicesOptions): Promise<BackingServices> => {
  const { given, ports, progress } = options;
  const durable = options.mode === 'start';
  const servers: Record<string, RunningServer> = {};
  if (options.logDir !== undefined) mkdirSync(options.logDir, { recursive: true });
  const at = (name: string) => ({
    dir: join(options.dataDir, name),
    durable,
    ...(options.logDir === undefined ? {} : { logFile: join(options.logDir, `${name}.log`) }),
  });
  let stopping = false;
  /** A server that dies under `npm start` (out of memory, killed by hand) comes back; a test wants to see it dead. */
  const keepAlive = (name: string, label: string, server: RunningServer, begin: () => Promise<RunningServer>): void => {
    options.onStarted?.(name, server.pid);
    if (!durable) return;
    void server.done.then(async () => {
      if (stopping) return;
      progress(`${label}: ${server.exited() ?? 'ended'}\n${label}: starting it again`);
      await sleep(1000);
      try {
        const again = await begin();
        servers[name] = again;
        keepAlive(name, label, again, begin);
        progress(`${label}: ready again`);
      } catch (error) {
        progress(`${label}: could not be started again: ${error instanceof Error ? error.message : String(error)}`);
      }
    });
  };
  const timed = async (name: string, label: string, begin: () => Promise<RunningServer>): Promise<void> => {
    const began = Date.now();
    progress(`${label}: starting`);
    const server = await begin();
    servers[name] = server;
    keepAlive(name, label, server, begin);
    progress(`${label}: ready after ${((Date.now() - began) / 1000).toFixed(1)} s`);
  };

  const postgres = async (): Promise<void> => {
    if (Object.values(databases).every(({ env }) => given[env] !== undefined)) return;
    const dir = postgresPlace(at('postgres').dir, progress);
    await timed('postgres', 'PostgreSQL', async () => {
      const server = await startPostgres({ ...at('postgres'), dir, port: ports.postgres });
      servers['postgres'] = server;
      await createDatabases(
        server.url,
        Object.values(databases).map(({ name }) => name),
      );
      return server;
    });
  };
  const redis = async (): Promise<void> => {
    if (given['REDIS_URL'] !== undefined) return;
    await timed('redis', 'Redis', () => startRedis({ ...at('redis'), port: ports.redis }));
  };
  const kafka = async (): Promise<void> => {
    if (given['KAFKA_BROKERS'] !== undefined) return;
    const jars = await kafkaJars(options.kafkaLibraryDir, progress);
    await timed('kafka', 'Kafka', () =>
      startKafka({ ...at('kafka'), port: ports.kafka, controllerPort: ports.kafkaController, jars }),
    );
  };
  const stop = async (): Promise<void> => {
    stopping = true;
    for (const name of ['kafka', 'redis', 'postgres']) await servers[name]?.stop();
  };

  const outcomes = await Promise.allSettled([postgres(), redis(), kafka()]);
  const failed = outcomes.find((outcome): outcome is PromiseRejectedResult => outcome.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  return { env: { ...started(servers), ...given }, postgresUrl: servers['postgres']?.url, servers, stop };
};

const started = (servers: Readonly<Record<string, RunningServer>>): Record<string, string> => {
  const { postgres, redis, kafka } = servers;
  return {
    ...(postgres &&
      Object.fromEntries(Object.values(databases).map(({ name, env }) => [env, `${postgres.url}/${name}`]))),
    ...(redis && { REDIS_URL: redis.url }),
    ...(kafka && { KAFKA_BROKERS: kafka.url }),
  };
};

/**
 * Where PostgreSQL can keep its data: the folder asked for, or, when root's checkout lies where the OS user `postgres`
 * may not go (under /root, say), one under /var/lib that belongs to this checkout.
 */
export const postgresPlace = (wanted: string, progress: (line: string) => void = () => undefined): string => {
  const user = postgresUser();
  mkdirSync(dirname(wanted), { recursive: true });
  if (canEnter(user, dirname(wanted))) return wanted;
  const elsewhere = `/var/lib/commerce-supergraph/${createHash('sha256').update(wanted).digest('hex').slice(0, 12)}`;
  mkdirSync(elsewhere, { recursive: true });
  if (user) chownSync(elsewhere, user.uid, user.gid);
  progress(`PostgreSQL: its OS user cannot enter ${dirname(wanted)}, so the data is kept in ${elsewhere}`);
  return elsewhere;
};
