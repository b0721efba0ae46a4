import { z } from 'zod';
import { backingPorts, databases, services } from './topology.ts';

const port = (fallback: number) => z.coerce.number().int().min(1).max(65535).default(fallback);
const given = z.string().min(1).optional();
const ports = (table: Readonly<Record<string, Readonly<{ port: number; env: string }>>>) =>
  Object.fromEntries(Object.values(table).map((entry) => [entry.env, port(entry.port)]));

/** What the platform itself reads. Everything else in the environment goes to the services as it is. */
export const environment = z.object({
  REDIS_URL: given,
  KAFKA_BROKERS: given,
  ...Object.fromEntries(Object.values(databases).map(({ env }) => [env, given])),
  ...ports(backingPorts),
  ...Object.fromEntries(Object.values(services).map((entry) => [entry.portEnv, port(entry.port)])),
  ...Object.fromEntries(Object.values(services).map((entry) => [entry.metricsPortEnv, port(entry.metricsPort)])),
});

export type PlatformConfig = Readonly<{
  /** Variables that name external services, and are used as they are. */
  given: Readonly<Record<string, string>>;
  /** Any of the port variables, by its name. */
  portOf: (variable: string) => number;
  /** The whole environment, for the programs that are started. */
  inherited: NodeJS.ProcessEnv;
}>;

/** Reads the environment. Throws an Error that lists every problem on its own line. */
export const readPlatformConfig = (env: NodeJS.ProcessEnv = process.env): PlatformConfig => {
  const result = environment.safeParse(env);
  if (!result.success) {
    throw new Error(result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'));
  }
  const values: Readonly<Record<string, string | number | undefined>> = result.data;
  const external = Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return {
    given: Object.fromEntries(external),
    portOf: (variable) => {
      const value = values[variable];
      if (typeof value !== 'number') throw new Error(`${variable} is not a port variable.`);
      return value;
    },
    inherited: env,
  };
};

/** The search path for programs (java, mvn, redis-server). */
export const searchPath = (): string => process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin';

/** The environment that installers and Maven are run with (proxies, mirrors, HOME). */
export const ambient = (): NodeJS.ProcessEnv => ({ ...process.env });
