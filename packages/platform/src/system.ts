import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { unanswered } from './unanswered.ts';
import { postgresPlace, startBackingServices, type BackingServices } from './backingServices.ts';
import { readPlatformConfig, type PlatformConfig } from './config.ts';
import { stopAllGuarded } from './guardedProcess.ts';
import { localKeys } from './keys.ts';
import { dataDir, kafkaLibraryDir, rootDir } from './paths.ts';
import { isFree } from './ports.ts';
import { prepareKafka } from './prepareKafka.ts';
import { ensurePrerequisites, prerequisitesFor } from './prerequisites.ts';
import { acquireRunLock, type RunLock } from './runLock.ts';
import { serviceEnvironment } from './serviceEnvironment.ts';
import { createSupervisor, type Supervisor } from './supervisor.ts';
import { backingPorts, databases, services, subgraphNames, versions, type ServiceName } from './topology.ts';

export type System = Readonly<{
  /** Where clients go. */
  url: string;
  supervisor: Supervisor;
}>;

export type SystemStart = Readonly<{
  /** Resolves when everything is ready; rejects when it could not be, and then everything is stopped. */
  ready: Promise<System>;
  /** Ends everything, in order: gateway, subgraphs and identity, Kafka, Redis, PostgreSQL. */
  stop(): Promise<void>;
  /** Ends everything at once. */
  kill(): void;
}>;

const keysDir = join(dataDir, 'keys');
const logDir = join(dataDir, 'logs');

/** Starts the whole system of this checkout under `.data/`: backing services, keys, subgraphs, gateway. */
export const startSystem = ({
  fresh,
  show,
}: Readonly<{ fresh: boolean; show: (line: string) => void }>): SystemStart => {
  let lock: RunLock | undefined;
  let backing: BackingServices | undefined;
  let supervisor: Supervisor | undefined;

  const stop = async (): Promise<void> => {
    await supervisor?.stop('gateway');
    await Promise.all([...subgraphNames, 'identity' as const].map(async (name) => supervisor?.stop(name)));
    await backing?.stop();
    await stopAllGuarded();
    lock?.release();
  };

  const start = async (): Promise<System> => {
    const config = readPlatformConfig();
    const { given, portOf } = config;
    const kafkaJarsPresent = existsSync(join(kafkaLibraryDir, versions.kafka));
    await ensurePrerequisites(prerequisitesFor({ given, kafkaJarsPresent }), show);
    lock = await acquireRunLock(join(dataDir, 'run'));
    await requireFreePorts(config);
    const missing = await unanswered(given);
    if (missing.length > 0) throw new Error(missing.join('\n'));
    if (fresh) forget(show);
    localKeys(keysDir);

    backing = await startBackingServices({
      mode: 'start',
      dataDir,
      kafkaLibraryDir,
      logDir,
      ports: {
        postgres: portOf(backingPorts.postgres.env),
        redis: portOf(backingPorts.redis.env),
        kafka: portOf(backingPorts.kafka.env),
        kafkaController: portOf(backingPorts.kafkaController.env),
      },
      given,
      progress: show,
      onStarted: (name, pid) => lock?.remember(name, pid),
    });

    const portOfService = (name: ServiceName): number => portOf(services[name].portEnv);
    if (backing.servers['kafka'] !== undefined) {
      await prepareKafka(backing.servers['kafka'].url, config.inherited['NAMESPACE'] ?? '');
    }
    const { issuer, audience } = config;
    const environment = { config, backing: backing.env, keysDir, issuer, audience };
    supervisor = createSupervisor({
      rootDir,
      logDir,
      envOf: (name) => serviceEnvironment(name, environment),
      portOf: portOfService,
      show,
      onStarted: (name, pid) => lock?.remember(name, pid),
    });
    const started = supervisor;
    const startService = async (name: ServiceName): Promise<void> => {
      const began = Date.now();
      await started.start(name);
      show(`${name}: ready after ${((Date.now() - began) / 1000).toFixed(1)} s, port ${portOfService(name)}`);
    };
    show('Subgraphs and identity: starting');
    await Promise.all([...subgraphNames, 'identity' as const].map(startService));
    await startService('gateway');
    return { url: `http://localhost:${portOfService('gateway')}/graphql`, supervisor };
  };

  const ready = start().catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return {
    ready,
    stop,
    kill: () => {
      supervisor?.killAll();
      for (const server of Object.values(backing?.servers ?? {})) void server.kill();
      lock?.release();
    },
  };
};

/** Found before anything is started: a taken port, with the variable that changes it. */
const requireFreePorts = async ({ given, portOf }: PlatformConfig): Promise<void> => {
  const wanted: (readonly [name: string, variable: string])[] = Object.entries(services).flatMap(
    ([name, { portEnv, metricsPortEnv }]) =>
      [
        [name, portEnv],
        [`${name} (metrics)`, metricsPortEnv],
      ] as const,
  );
  if (Object.values(databases).some(({ env }) => given[env] === undefined)) {
    wanted.push(['PostgreSQL', backingPorts.postgres.env]);
  }
  if (given['REDIS_URL'] === undefined) wanted.push(['Redis', backingPorts.redis.env]);
  if (given['KAFKA_BROKERS'] === undefined) {
    wanted.push(['Kafka', backingPorts.kafka.env], ['Kafka (controller)', backingPorts.kafkaController.env]);
  }
  const taken: string[] = [];
  for (const [name, variable] of wanted) {
    const port = portOf(variable);
    if (!(await isFree(port)))
      taken.push(`Port ${port} (${name}) is in use. Free it, or choose another: ${variable}=...`);
  }
  if (taken.length > 0) throw new Error(taken.join('\n'));
};

/** `--fresh`: the state goes; downloads, the lock and the list of running processes stay. */
const forget = (show: (line: string) => void): void => {
  show('Starting anew: the data of earlier runs is removed');
  rmSync(postgresPlace(join(dataDir, 'postgres')), { recursive: true, force: true });
  for (const name of readdirSync(dataDir)) {
    if (name !== 'kafka-libs' && name !== 'run') rmSync(join(dataDir, name), { recursive: true, force: true });
  }
};
