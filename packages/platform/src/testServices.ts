import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBackingServices } from './backingServices.ts';
import { readPlatformConfig } from './config.ts';
import { freePort } from './ports.ts';
import { chromium, ensurePrerequisites, prerequisitesFor } from './prerequisites.ts';
import { kafkaLibraryDir } from './paths.ts';
import { versions } from './topology.ts';

export type TestServices = Readonly<{
  /** Superuser's URL, without a database name at the end. */
  postgresAdminUrl: string;
  redisUrl: string;
  kafkaBrokers: string;
  stop(): Promise<void>;
}>;

/** The servers that one test run shares: real ones, on free ports, in a temporary folder that goes with them. */
export const startTestServices = async (progress: (line: string) => void): Promise<TestServices> => {
  // Tests make databases of their own, so services' URLs are of no use to them: only Redis and Kafka can be given.
  const { given } = readPlatformConfig();
  const external = Object.fromEntries(Object.entries(given).filter(([name]) => !name.startsWith('DATABASE_URL_')));
  const kafkaJarsPresent = existsSync(join(kafkaLibraryDir, versions.kafka));
  await ensurePrerequisites([...prerequisitesFor({ given: external, kafkaJarsPresent }), chromium], progress);

  const dir = mkdtempSync(join(tmpdir(), 'commerce-supergraph-test-'));
  // The OS user postgres has to pass through.
  chmodSync(dir, 0o755);
  const [postgres, redis, kafka, kafkaController] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const services = await startBackingServices({
    mode: 'test',
    dataDir: dir,
    kafkaLibraryDir,
    ports: { postgres, redis, kafka, kafkaController },
    given: external,
    progress,
  });
  const { postgresUrl } = services;
  const { REDIS_URL, KAFKA_BROKERS } = services.env;
  if (postgresUrl === undefined || REDIS_URL === undefined || KAFKA_BROKERS === undefined) {
    throw new Error('A backing service has no URL.');
  }
  return {
    postgresAdminUrl: postgresUrl,
    redisUrl: REDIS_URL,
    kafkaBrokers: KAFKA_BROKERS,
    stop: async () => {
      await services.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
};
