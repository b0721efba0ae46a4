import { ConfigError } from '@supergraph/config';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { authorizationConfig } from './authorization/authorizationConfig.ts';
import { limitsConfig } from './limits/limitsConfig.ts';
import { subscriptionsConfig } from './subscriptions/subscriptionsConfig.ts';
import { cacheConfig } from './cache/cacheConfig.ts';
import { upstreamConfig } from './engine/upstream/upstreamConfig.ts';
import { persistedOperationsConfig } from './persistedOperations/persistedOperationsConfig.ts';
import { rateLimitConfig } from './rateLimit/rateLimitConfig.ts';

const seconds = z.number().positive().max(3600);

/** Headers that belong to one connection, or that subgraphs trust because only we can set them. */
const neverPropagated = new Set([
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-real-ip',
  'x-viewer',
]);

/** The YAML that `--config` names. A key that is not in here is an error: a typing mistake must not pass silently. */
const configFile = z.strictObject({
  /** What executes operations: `@apollo/gateway`, or the engine that compiles their plans. */
  engine: z.enum(['apollo', 'compiled']).optional(),
  /** Only for the compiled engine. */
  share: z
    .strictObject({
      /** Identical queries to a subgraph that are in flight at the same time, for the same viewer, are one request. */
      fetches: z.boolean().default(true),
      /** Identical queries of clients that are in flight at the same time, for the same viewer, are executed once. */
      requests: z.boolean().default(true),
    })
    .prefault({}),
  /** Only for the compiled engine. */
  upstream: upstreamConfig.prefault({}),
  /** Only for the compiled engine. */
  rateLimit: rateLimitConfig.optional(),
  /** Only for the compiled engine. */
  persistedOperations: persistedOperationsConfig.prefault({}),
  cache: cacheConfig.prefault({}),
  headers: z
    .strictObject({
      /** Names of client headers that go to every subgraph. Empty by default: only the trace goes upstream. */
      propagate: z
        .array(
          z
            .string()
            .regex(/^[a-z0-9-]+$/i, 'must be a header name')
            .refine((name) => !neverPropagated.has(name.toLowerCase()), 'is the gateway’s own to set'),
        )
        .default([]),
    })
    .prefault({}),
  cors: z.strictObject({ origins: z.array(z.url()).optional() }).prefault({}),
  csrf: z
    .strictObject({
      /** Asks `apollo-require-preflight` for every query by GET, as Apollo Server does; plain GETs are refused then. */
      preflightForGet: z.boolean().default(false),
    })
    .prefault({}),
  compression: z
    .strictObject({ enabled: z.boolean().default(true), fromBytes: z.int().min(0).default(1024) })
    .prefault({}),
  /** Addresses and networks (`10.0.0.0/8`) of proxies whose `X-Forwarded-For` is believed. */
  trustedProxies: z.array(z.string()).default([]),
  timeouts: z.strictObject({ connectSeconds: seconds.default(30), readSeconds: seconds.default(60) }).prefault({}),
  limits: limitsConfig.prefault({}),
  authorization: authorizationConfig.prefault({}),
  cost: z
    .strictObject({
      /** How long a list is taken to be that has no `@listSize`. */
      listSize: z.int().min(0).default(10),
    })
    .prefault({}),
  subscriptions: subscriptionsConfig.prefault({}),
  authentication: z
    .strictObject({
      jwks: z.string().min(1),
      issuer: z.string().min(1).optional(),
      audience: z.string().min(1).optional(),
    })
    .optional(),
  /** An OpenID provider behind the gateway: `/oauth2/` and `/.well-known/` are forwarded to it. */
  identity: z.strictObject({ url: z.url() }).optional(),
  routingUrls: z.record(z.string(), z.url()).default({}),
  introspection: z.boolean().optional(),
  explorer: z.boolean().optional(),
  metricsPort: z.int().min(0).max(65_535).optional(),
});

export type ConfigFile = z.infer<typeof configFile>;

/**
 * Reads the configuration file, or gives the defaults when there is none.
 *
 * @throws ConfigError with every problem on a line of its own
 */
export const readConfigFile = (file: string | undefined): ConfigFile => {
  const result = configFile.safeParse(file === undefined ? {} : (readYaml(file) ?? {}));
  if (result.success) return result.data;
  throw new ConfigError(
    result.error.issues.map(({ path, message }) => `${file}: ${path.join('.') || 'file'}: ${message}`),
  );
};

const readYaml = (file: string): unknown => {
  try {
    const content: unknown = parse(readFileSync(file, 'utf8'));
    return content;
  } catch (error) {
    throw new ConfigError([`${file}: ${error instanceof Error ? error.message : String(error)}`]);
  }
};
