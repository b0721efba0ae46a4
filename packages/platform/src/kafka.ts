import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { searchPath } from './config.ts';
import { startGuarded } from './guardedProcess.ts';
import { freePort } from './ports.ts';
import { kafkaClusterId, kafkaSettings } from './topology.ts';
import { waitUntil } from './waitUntil.ts';
import type { RunningServer, ServerOptions } from './runningServer.ts';

/** A whole broker in about 150 MB: a small heap, one collector thread, and the compiler that starts quickly. */
const jvm = [
  '-Xms64m',
  '-Xmx256m',
  '-Xss512k',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-XX:MaxMetaspaceSize=160m',
].concat(['-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-Djava.awt.headless=true']);

export type KafkaOptions = ServerOptions & Readonly<{ jars: string; controllerPort?: number }>;

/** Starts a single Apache Kafka node in KRaft mode (broker and controller), formatting its storage the first time. */
export const startKafka = async (options: KafkaOptions): Promise<RunningServer> => {
  const { dir, port, jars, durable } = options;
  const controllerPort = options.controllerPort ?? (await freePort());
  const data = join(dir, 'data');
  mkdirSync(dir, { recursive: true });
  const properties = join(dir, 'server.properties');
  writeFileSync(properties, propertiesOf({ data, port, controllerPort, durable }));
  const classPath = ['-cp', join(jars, '*')];
  if (!existsSync(join(data, 'meta.properties'))) format([...jvm, ...classPath], properties);

  const server = await startGuarded({
    name: 'Kafka',
    command: 'java',
    args: [...jvm, `-Dkafka.logs.dir=${dir}`, ...classPath, 'kafka.Kafka', properties],
    env: { PATH: searchPath() },
    logFile: options.logFile ?? join(dir, 'kafka.log'),
  });
  const url = `127.0.0.1:${port}`;
  await waitUntil(() => ping(url), { what: 'Kafka', timeoutMs: 90_000, everyMs: 100, hopeless: server.exited });
  return {
    url,
    pid: server.pid,
    exited: server.exited,
    done: server.done,
    stop: () => (durable ? server.stop('SIGTERM', 20_000) : server.kill()),
    kill: () => server.kill(),
  };
};

type Listeners = Readonly<{ data: string; port: number; controllerPort: number; durable: boolean }>;

const propertiesOf = ({ data, port, controllerPort }: Listeners): string => {
  const properties: Record<string, string> = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'log.dirs': data,
    ...kafkaSettings,
  };
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
};

const format = (java: readonly string[], properties: string): void => {
  const outcome = spawnSync(
    'java',
    [...java, 'kafka.tools.StorageTool', 'format', '-t', kafkaClusterId, '-c', properties, '--ignore-formatted'],
    { env: { PATH: searchPath() }, encoding: 'utf8' },
  );
  if (outcome.status !== 0) {
    throw new Error(
      `Kafka's storage could not be formatted: ${outcome.error?.message ?? ''}\n${outcome.stdout}${outcome.stderr}`,
    );
  }
};

/** Resolves when the broker is registered with its controller and answers metadata requests. */
const ping = async (broker: string): Promise<void> => {
  const admin = new Kafka({
    clientId: 'platform',
    brokers: [broker],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1000,
    retry: { retries: 0 },
  }).admin();
  try {
    await admin.connect();
    const { brokers } = await admin.describeCluster();
    if (brokers.length === 0) throw new Error('No broker is registered yet.');
  } finally {
    await admin.disconnect();
  }
};
