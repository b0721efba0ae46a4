import { keyEnvironment } from './keys.ts';
import { gatewayNodeOptions, services, subgraphNames, type ServiceName } from './topology.ts';
import type { PlatformConfig } from './config.ts';

export type ServiceEnvironmentOptions = Readonly<{
  config: PlatformConfig;
  /** DATABASE_URL_*, REDIS_URL, KAFKA_BROKERS. */
  backing: Readonly<Record<string, string>>;
  keysDir: string;
  issuer: string;
  audience: string;
}>;

/** The environment of one service under `npm start`. What a person has set is stronger than what is made up here. */
export const serviceEnvironment = (name: ServiceName, options: ServiceEnvironmentOptions): NodeJS.ProcessEnv => {
  const { config, backing, keysDir, issuer, audience } = options;
  const keys = keyEnvironment(keysDir);
  const { portEnv, metricsPortEnv } = services[name];
  const urlOf = (service: ServiceName): string => `http://127.0.0.1:${config.portOf(services[service].portEnv)}`;
  const gateway = {
    ...keys.gateway,
    JWKS: `${urlOf('identity')}/oauth2/jwks`,
    IDENTITY_URL: urlOf('identity'),
    NODE_OPTIONS: gatewayNodeOptions,
    TOKEN_ISSUER: issuer,
    TOKEN_AUDIENCE: audience,
    ...Object.fromEntries(
      subgraphNames.map((subgraph) => [`ROUTING_URL_${subgraph.toUpperCase()}`, `${urlOf(subgraph)}/graphql`]),
    ),
  };
  const identity = {
    ...keys.identity,
    TOKEN_ISSUER: issuer,
    TOKEN_AUDIENCE: audience,
    USERS_URL: urlOf('users'),
    SMS_PROVIDER: 'sandbox',
    DEMO_DATA: 'true',
  };
  const subgraph = { ...keys.subgraph, ...(name === 'users' ? keys.users : {}), DEMO_DATA: 'true' };
  return {
    NODE_ENV: 'development',
    [portEnv]: String(config.portOf(portEnv)),
    [metricsPortEnv]: String(config.portOf(metricsPortEnv)),
    ...(name === 'gateway' ? gateway : name === 'identity' ? identity : subgraph),
    ...config.inherited,
    ...backing,
  };
};
