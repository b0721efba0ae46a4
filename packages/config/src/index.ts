export { demoOutsideProduction } from './demoOutsideProduction.ts';
export { ConfigError, readConfig } from './readConfig.ts';
export type { Environment } from './readConfig.ts';
export { isSecret, redacted } from './redacted.ts';
export { count, flag, keyText, list, logLevel, nodeEnv, port, seconds, secret } from './fields.ts';
