export { testBackingServices, type TestBackingServices } from './config.ts';
export { eventually } from './eventually.ts';
export { given, type Given, type Outcome } from './given.ts';
export { spawnService, type SpawnedService } from './spawnService.ts';
export { startCutter, type Cutter } from './startCutter.ts';
export { createTestDatabase, type TestDatabase } from './testDatabase.ts';
export { testKeys, type TestKeys } from './testKeys.ts';
export { testNamespace } from './testNamespace.ts';
export { startTestKafka, startTestPostgres, startTestRedis, type TestServer } from './testServer.ts';
