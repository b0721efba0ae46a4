export { createClient, type Client, type ClientOptions } from './createClient.ts';
export type { Handlers, Operation, Subscription } from './subscription.ts';
export type { ResultError, Result } from './result.ts';
