import { port, readConfig } from '@supergraph/config';
import { z } from 'zod';
import { backingPorts, databases, services } from './topology.ts';

const entriesOf = <T>(names: readonly string[], value: () => T): Record<string, T> =>
  Object.fromEntries(names.map((name) => [name, value()]));

const portVariables = [
  ...Object.values(backingPorts).map(({ env, port: usual }) => ({ env, usual })),
  ...Object.values(services).flatMap((service) => [
    { env: service.portEnv, usual: service.port },
    { env: service.metricsPortEnv, usual: service.metricsPort },
  ]),
];

const externalServices = [...Object.values(databases).map(({ env }) => env), 'REDIS_URL', 'KAFKA_BROKERS'];

const ports = z.object(Object.fromEntries(portVariables.map(({ env, usual }) => [env, port(usual)])));
const external = z.object(entriesOf(externalServices, () => z.string().optional()));
const tokens = z.object({
  TOKEN_ISSUER: z.url().optional(),
  TOKEN_AUDIENCE: z.string().default('commerce-supergraph'),
});

/** What the platform itself reads. Everything else in the environment goes to the services as it is. */
export const environment = z.object({ ...ports.shape, ...external.shape, ...tokens.shape });

export type PlatformConfig = Readonly<{
  /** Variables that name external services, and are used as they are. */
  given: Readonly<Record<string, string>>;
  /** Any of the port variables, by its name. */
  portOf: (variable: string) => number;
  /** `iss` and `aud` of the tokens for the demo accounts. */
  issuer: string;
  audience: string;
  /** The whole environment, for the programs that are started. */
  inherited: NodeJS.ProcessEnv;
}>;

/** Reads the environment. @throws ConfigError that lists every problem on its own line. */
export const readPlatformConfig = (env: NodeJS.ProcessEnv = process.env): PlatformConfig => {
  // All at once, so that all problems are told at once; then each part with its own type.
  readConfig(environment, env);
  const portByName = readConfig(ports, env);
  const { TOKEN_ISSUER, TOKEN_AUDIENCE } = readConfig(tokens, env);
  const portOf = (variable: string): number => {
    const value = portByName[variable];
    if (value === undefined) throw new Error(`${variable} is not a port variable.`);
    return value;
  };
  return {
    given: Object.fromEntries(
      Object.entries(readConfig(external, env)).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
    portOf,
    issuer: TOKEN_ISSUER ?? `http://localhost:${portOf(services.gateway.portEnv)}`,
    audience: TOKEN_AUDIENCE,
    inherited: env,
  };
};

/** The search path for programs (java, mvn, redis-server). */
export const searchPath = (): string => process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin';

/** The environment that installers, the compiler and Maven are run with (proxies, mirrors, HOME). */
export const ambient = (): NodeJS.ProcessEnv => ({ ...process.env });

/** Whether this program was started by an npm script. */
export const startedByNpm = (): boolean => process.env['npm_lifecycle_event'] !== undefined;
