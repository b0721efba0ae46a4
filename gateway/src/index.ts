export { createAuthenticate, type Authenticate } from './authenticate.ts';
export { composeSupergraph } from './compose.ts';
export type { Composition } from './compose.ts';
export { loadConfig } from './config.ts';
export type { GatewayConfig } from './config.ts';
export { openOperationStore } from './persistedOperations/openOperationStore.ts';
export { startGateway } from './service.ts';
