import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  createTestDatabase,
  spawnService,
  testBackingServices,
  testKeys,
  testNamespace,
  type TestDatabase,
} from './index.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase('spawned');
});
afterAll(() => database.drop());

test('a service runs as a process of its own, and can be killed and started again on the same port', async () => {
  const { redisUrl, kafkaBrokers } = testBackingServices();
  const env = {
    DATABASE_URL_PRODUCTS: database.url,
    REDIS_URL: redisUrl,
    KAFKA_BROKERS: kafkaBrokers,
    NAMESPACE: testNamespace('spawned'),
    VIEWER_PUBLIC_KEY: testKeys().viewerPublicKey,
  };
  const first = await spawnService('products', env);
  await first.kill();
  await expect(fetch(first.url)).rejects.toThrow();
  const second = await spawnService('products', { ...env, PORT_PRODUCTS: String(first.port) });
  expect(second.url).toBe(first.url);
  expect(await second.stop()).toBe(0);
});

test('a service that cannot start says why', async () => {
  await expect(spawnService('products', {})).rejects.toThrow('DATABASE_URL_PRODUCTS: is required');
});
