import { ConfigError, keyText, list, logLevel, nodeEnv, port, readConfig, secret } from '@supergraph/config';
import type { Environment } from '@supergraph/config';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { CommandLine } from './commandLine.ts';
import { isNetwork } from './http/clientAddress.ts';
import { readConfigFile, type ConfigFile } from './configFile.ts';
import { rateLimitConfig, type RateLimitConfig } from './rateLimit/rateLimitConfig.ts';

// @apollo/gateway reports to its maker unless this is set before it is constructed. This is the one place for it.
process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';

export const environment = z.object({
  NODE_ENV: nodeEnv(),
  LOG_LEVEL: logLevel(),
  HOST: z.string().default('127.0.0.1'),
  PORT_GATEWAY: port(4000),
  METRICS_PORT_GATEWAY: z
    .string()
    .optional()
    .transform((text) => (text === undefined ? undefined : Number(text)))
    .pipe(z.int().min(0).max(65_535).optional()),
  VIEWER_PRIVATE_KEY: keyText().optional(),
  JWKS: z.string().min(1).optional(),
  TOKEN_ISSUER: z.string().min(1).optional(),
  TOKEN_AUDIENCE: z.string().min(1).optional(),
  CORS_ORIGINS: list().optional(),
  REDIS_URL: secret().optional(),
  DATABASE_URL_GATEWAY: secret().optional(),
  CACHE_TAGS_REDIS_URL: secret().optional(),
  KAFKA_BROKERS: list().optional(),
  NAMESPACE: z.string().default(''),
  RATE_LIMITS: z.enum(['on', 'off']).optional(),
  TRUSTED_PROXIES: list().optional(),
  IDENTITY_URL: z.url().optional(),
  GATEWAY_ENGINE: z.enum(['apollo', 'compiled']).optional(),
});

/** Where tokens are verified: keys by URL or file, and what `iss` and `aud` must be (RFC 8725, sections 3.8 and 3.9). */
export type Authentication = Readonly<{ jwks: string; issuer: string; audience: string }>;

/** Everything the gateway can be told; `loadConfig` fills it from command line, environment and file. */
export type GatewayConfig = Readonly<{
  production: boolean;
  logLevel: string;
  host: string;
  /** 0 takes a free port. */
  port: number;
  /** null: no metrics server. */
  metricsPort: number | null;
  supergraphFile: string;
  /** What executes operations. */
  engine: 'apollo' | 'compiled';
  share: ConfigFile['share'];
  /** How the compiled engine asks subgraphs that misbehave. */
  upstream: ConfigFile['upstream'];
  /** null: tokens are not looked at, everybody is anonymous. */
  authentication: Authentication | null;
  /** Shared by all gateways; null: each one is on its own. */
  redisUrl: string | null;
  /** Prefix of this installation's keys, channels and topics. */
  namespace: string;
  /** Where `/oauth2/` and `/.well-known/` are forwarded to; null: they are not served. */
  identityUrl: string | null;
  /** Where registered operations are; null: there are none. */
  databaseUrl: string | null;
  /** null: nobody is limited. */
  rateLimit: RateLimitConfig | null;
  persistedOperations: Readonly<{
    /** Whether clients may send a document once and its hash afterwards. */
    automatic: boolean;
    /** Whether programs without a user may run what they have registered and nothing else. */
    restrictClients: boolean;
  }>;
  cache: ConfigFile['cache'];
  /** Where the tags of the cache are; null: with everything else. */
  cacheTagsRedisUrl: string | null;
  /** Where events invalidate what is cached; null: only mutations do. */
  kafkaBrokers: readonly string[] | null;
  /** Ed25519 PEM; null: subgraphs are not told who asks. */
  viewerPrivateKey: string | null;
  /** Replaces routing urls of the supergraph, by subgraph name in upper case with _ for every other sign. */
  routingUrls: Readonly<Record<string, string>>;
  headers: ConfigFile['headers'];
  corsOrigins: readonly string[];
  csrf: ConfigFile['csrf'];
  compression: ConfigFile['compression'];
  /** Addresses and networks of proxies whose `X-Forwarded-For` is believed. */
  trustedProxies: readonly string[];
  timeouts: ConfigFile['timeouts'];
  limits: ConfigFile['limits'];
  cost: ConfigFile['cost'];
  authorization: ConfigFile['authorization'];
  subscriptions: ConfigFile['subscriptions'];
  introspection: boolean;
  explorer: boolean;
}>;

/** The origins of the architecture's CORS section. */
const architectureOrigins = ['https://app.enterprise.com', 'https://admin.enterprise.com'];

export const composedSupergraph = fileURLToPath(new URL('../supergraph.graphql', import.meta.url));

/** `order-history` is `ORDER_HISTORY` in `ROUTING_URL_ORDER_HISTORY`. */
export const routingUrlKey = (subgraph: string): string => subgraph.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');

/**
 * The gateway's configuration: command line over environment over file over defaults.
 *
 * @throws ConfigError with every problem on a line of its own
 */
export const loadConfig = (commandLine: CommandLine = {}, env: Environment = process.env): GatewayConfig => {
  const given = readConfig(environment, {
    ...env,
    ...(commandLine.port !== undefined && { PORT_GATEWAY: commandLine.port }),
    ...(commandLine.host !== undefined && { HOST: commandLine.host }),
  });
  const file = readConfigFile(commandLine.config);
  const production = given.NODE_ENV === 'production';
  const anySupergraph = commandLine.supergraph !== undefined;
  const supergraphFile = anySupergraph ? resolve(commandLine.supergraph) : composedSupergraph;
  const jwks = given.JWKS ?? file.authentication?.jwks;

  const trustedProxies = given.TRUSTED_PROXIES ?? file.trustedProxies;

  const problems = trustedProxies
    .filter((network) => !isNetwork(network))
    .map((network) => `trustedProxies: "${network}" is no address and no network`);
  if (!existsSync(supergraphFile)) {
    problems.push(
      anySupergraph
        ? `--supergraph: there is no ${supergraphFile}`
        : `${supergraphFile} is missing: run npm run generate`,
    );
  }
  if (!anySupergraph && given.VIEWER_PRIVATE_KEY === undefined) {
    problems.push('VIEWER_PRIVATE_KEY: is required (only with --supergraph may it be absent)');
  }
  if (jwks !== undefined && file.headers.propagate.some((name) => name.toLowerCase() === 'authorization')) {
    problems.push('headers.propagate: tokens that are verified here do not go upstream, so not authorization');
  }
  if (problems.length > 0) throw new ConfigError(problems);

  return {
    production,
    logLevel: given.LOG_LEVEL,
    host: given.HOST,
    port: given.PORT_GATEWAY,
    // Several gateways with a supergraph of their own may run on one machine; the platform's has the documented port.
    metricsPort: given.METRICS_PORT_GATEWAY ?? file.metricsPort ?? (anySupergraph ? null : 9000),
    supergraphFile,
    engine: given.GATEWAY_ENGINE ?? file.engine ?? 'compiled',
    share: file.share,
    upstream: file.upstream,
    authentication:
      jwks === undefined
        ? null
        : {
            jwks,
            issuer: given.TOKEN_ISSUER ?? file.authentication?.issuer ?? 'http://localhost:4000',
            audience: given.TOKEN_AUDIENCE ?? file.authentication?.audience ?? 'commerce-supergraph',
          },
    redisUrl: given.REDIS_URL ?? null,
    namespace: given.NAMESPACE,
    identityUrl: given.IDENTITY_URL ?? file.identity?.url ?? null,
    databaseUrl: given.DATABASE_URL_GATEWAY ?? null,
    rateLimit: rateLimitOf(file.rateLimit, given.RATE_LIMITS ?? (anySupergraph ? undefined : 'on')),
    persistedOperations: {
      automatic: file.persistedOperations.automatic,
      // A graph of somebody else may be made for programs; once operations are registered, it is not.
      restrictClients:
        file.persistedOperations.restrictClients ?? (!anySupergraph || given.DATABASE_URL_GATEWAY !== undefined),
    },
    cache: file.cache,
    cacheTagsRedisUrl: given.CACHE_TAGS_REDIS_URL ?? null,
    kafkaBrokers: given.KAFKA_BROKERS ?? null,
    viewerPrivateKey: given.VIEWER_PRIVATE_KEY ?? null,
    routingUrls: { ...byKey(file.routingUrls), ...routingUrlsOf(env) },
    headers: file.headers,
    corsOrigins: given.CORS_ORIGINS ?? file.cors.origins ?? architectureOrigins,
    csrf: file.csrf,
    compression: file.compression,
    trustedProxies,
    timeouts: file.timeouts,
    limits: file.limits,
    cost: file.cost,
    authorization: file.authorization,
    subscriptions: file.subscriptions,
    introspection: file.introspection ?? !production,
    explorer: file.explorer ?? !production,
  };
};

/** The commerce graph is limited unless it is told otherwise; another one only when somebody asks for it. */
const rateLimitOf = (
  configured: RateLimitConfig | undefined,
  wanted: 'on' | 'off' | undefined,
): RateLimitConfig | null => {
  if (wanted === 'off' || configured?.enabled === false) return null;
  return configured ?? (wanted === 'on' ? rateLimitConfig.parse({}) : null);
};

/** The gateway's database for programs that need nothing else. @throws ConfigError */
export const loadDatabaseUrl = (env: Environment = process.env): string | null =>
  readConfig(environment.pick({ DATABASE_URL_GATEWAY: true }), env).DATABASE_URL_GATEWAY ?? null;

/** Where the tags of the cache are, for programs that need nothing else; null: nowhere. @throws ConfigError */
export const loadTagsPlace = (env: Environment = process.env): Readonly<{ url: string | null; namespace: string }> => {
  const wanted = environment.pick({ REDIS_URL: true, CACHE_TAGS_REDIS_URL: true, NAMESPACE: true });
  const { REDIS_URL, CACHE_TAGS_REDIS_URL, NAMESPACE } = readConfig(wanted, env);
  return { url: CACHE_TAGS_REDIS_URL ?? REDIS_URL ?? null, namespace: NAMESPACE };
};

const byKey = (urls: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(urls).map(([name, url]) => [routingUrlKey(name), url]));

const prefix = 'ROUTING_URL_';

const routingUrlsOf = (env: Environment): Record<string, string> => {
  const urls: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith(prefix) || value === undefined || value === '') continue;
    if (!URL.canParse(value)) throw new ConfigError([`${name}: must be a URL`]);
    urls[name.slice(prefix.length)] = value;
  }
  return urls;
};
