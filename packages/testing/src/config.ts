import { z } from 'zod';

const urls = z.object({ postgresAdminUrl: z.string(), redisUrl: z.string(), kafkaBrokers: z.string() });

/** Where the servers of this test run are. */
export type TestBackingServices = Readonly<z.infer<typeof urls>>;

/**
 * The shared PostgreSQL (superuser, no database name at the end of the URL), Redis and Kafka of this test run.
 * Throws when Jest's global set-up started none: then the test's file name does not end in `.int.test.ts`.
 */
export const testBackingServices = (): TestBackingServices => {
  const text = process.env['SUPERGRAPH_TEST_SERVICES'];
  if (text === undefined) {
    throw new Error('No backing services run: a test that needs them is named *.int.test.ts, or lives in tests/.');
  }
  return urls.parse(JSON.parse(text));
};

/** What a service is started with, besides its own variables: the search path, and no settings of this machine. */
export const bareEnvironment = (): Record<string, string> => ({ PATH: process.env['PATH'] ?? '' });
