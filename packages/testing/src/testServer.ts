import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, kafkaJars, kafkaLibraryDir, startKafka, startPostgres, startRedis } from '@supergraph/platform';
import type { RunningServer, ServerOptions } from '@supergraph/platform';

/** A server of one's own, for tests about outages: it keeps its port and its data while it is down. */
export type TestServer = Readonly<{
  /** PostgreSQL: superuser, without a database name. Kafka: `host:port`. */
  url: string;
  /** Starts it again after `stop` or `kill`. */
  start(): Promise<void>;
  /** An orderly end. */
  stop(): Promise<void>;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}>;

const serverOf = async (
  kind: string,
  begin: (options: ServerOptions) => Promise<RunningServer>,
): Promise<TestServer> => {
  const parent = mkdtempSync(join(tmpdir(), `commerce-supergraph-${kind}-`));
  // The OS user postgres has to pass through.
  chmodSync(parent, 0o755);
  // Durable: what it acknowledged must be there when it comes back.
  const options = { dir: join(parent, kind), port: await freePort(), durable: true };
  let running: RunningServer | undefined = await begin(options);
  const end = async (how: 'stop' | 'kill'): Promise<void> => {
    await running?.[how]();
    running = undefined;
  };
  return {
    url: running.url,
    start: async () => {
      running ??= await begin(options);
    },
    stop: () => end('stop'),
    kill: () => end('kill'),
    remove: async () => {
      await end('kill');
      rmSync(parent, { recursive: true, force: true });
    },
  };
};

/** A second PostgreSQL cluster. */
export const startTestPostgres = (): Promise<TestServer> => serverOf('postgres', startPostgres);

export const startTestRedis = (): Promise<TestServer> => serverOf('redis', startRedis);

export const startTestKafka = async (): Promise<TestServer> => {
  const jars = await kafkaJars(kafkaLibraryDir, () => undefined);
  const controllerPort = await freePort();
  return serverOf('kafka', (options) => startKafka({ ...options, jars, controllerPort }));
};
