export {
  startBackingServices,
  postgresPlace,
  type BackingServices,
  type BackingServicesOptions,
} from './backingServices.ts';
export { environment, readPlatformConfig, type PlatformConfig } from './config.ts';
export { startKafka } from './kafka.ts';
export { kafkaJars } from './kafkaJars.ts';
export { chromiumPlaces } from './prerequisites.ts';
export { freePort, isFree } from './ports.ts';
export { createDatabases, embeddedPostgresUrl, startPostgres } from './postgres.ts';
export { startRedis } from './redis.ts';
export { startGuarded, type GuardedProcess } from './guardedProcess.ts';
export type { RunningServer, ServerOptions } from './runningServer.ts';
export { waitUntil } from './waitUntil.ts';
export * as topology from './topology.ts';
export { dataDir, kafkaLibraryDir, rootDir } from './paths.ts';
export { startTestServices, type TestServices } from './testServices.ts';
export { generateLocalKeys, keyEnvironment, localKeys, type LocalKeys } from './keys.ts';
export { createGraphClient, GraphError, type GraphClient } from './graphClient.ts';
export { localToken } from './localTokens.ts';
export { demoPassword, findDemoAccount, signIn, type SignInOptions } from './signIn.ts';
export { playStory, type StoryOptions } from './demoStory.ts';
