import { z } from 'zod';

const seconds = z.number().positive().max(3600);
const milliseconds = z.number().nonnegative().max(60_000);
const fraction = z.number().min(0).max(1);
const codes = z.array(z.string().min(1));

const circuitBreaker = z.strictObject({
  enabled: z.boolean().default(true),
  /** So many failures without a success between them open the circuit. */
  consecutiveFailures: z.int().positive().default(5),
  /** How long nothing is sent before one request may try. */
  openSeconds: seconds.default(30),
  /** GraphQL error codes that say that the subgraph itself is ill, in an answer of any status. */
  errorCodes: codes.default(['DATABASE_UNAVAILABLE']),
});

const retry = z.strictObject({
  enabled: z.boolean().default(true),
  /** Beyond the first request. */
  attempts: z.int().min(0).max(3).default(3),
  /** The pause before the first retry is random below this; it doubles with every retry. */
  baseMs: milliseconds.default(50),
  maxMs: milliseconds.default(2000),
  /** A longer `Retry-After` is not waited for: the answer is passed on as it is. */
  maxRetryAfterSeconds: seconds.default(5),
  /** Counted from the first request; no retry begins later, and one that is under way is given up. */
  deadlineSeconds: seconds.default(60),
  /** Root fields of mutations that may be repeated when the client gave an idempotency key. */
  idempotentMutations: z.array(z.string().min(1)).default([]),
});

const connection = z.strictObject({
  /** To each origin, over HTTP/1.1. HTTP/2 has one. */
  maximum: z.int().positive().max(10_000).default(256),
  /** How long one without requests is kept; a server may ask for less. */
  idleSeconds: seconds.default(4),
  /** `negotiate`: what an https server chooses (ALPN), HTTP/1.1 without TLS. `prior-knowledge`: without TLS too. */
  http2: z.enum(['negotiate', 'never', 'prior-knowledge']).default('negotiate'),
  /** Whether answers may come compressed: it costs both sides processor time and saves bytes. */
  compression: z.boolean().default(false),
  /** A larger answer, decompressed, is given up: it would fill the memory. */
  maxAnswerBytes: z
    .int()
    .positive()
    .default(64 * 1024 * 1024),
  /** A file of PEM certificates of authorities that are trusted beside Node's. */
  caFile: z.string().min(1).optional(),
});

const retryBudget = z.strictObject({
  ratio: fraction.default(0.2),
  minimum: z.int().nonnegative().default(10),
  windowSeconds: seconds.default(10),
});

const hedge = z.strictObject({
  enabled: z.boolean().default(false),
  /** After how many milliseconds a second request goes out; `p95` learns it from the last answers. */
  delay: z.union([milliseconds, z.literal('p95')]).default('p95'),
  /** How many answers `p95` looks back on. */
  window: z.int().min(20).max(10_000).default(200),
});

const canary = z
  .strictObject({
    enabled: z.boolean().default(true),
    url: z.url(),
    /** Of a hundred users, how many it serves. The architecture document routes 10. */
    weight: z.number().min(0).max(100).default(10),
    /** How many of the last answers of each side are compared. */
    window: z.int().min(20).max(10_000).default(500),
    /** Neither side is judged by fewer answers. */
    minimumRequests: z.int().min(1).default(100),
    /** It is stopped when its error rate is more than so many times the stable one's… */
    errorRateFactor: z.number().min(1).default(2),
    /** …and more than this. */
    toleratedErrorRate: fraction.default(0.01),
    /** It is stopped when its p95 is more than so many times the stable one's… */
    latencyFactor: z.number().min(1).default(1.5),
    /** …and more than so many milliseconds longer. */
    toleratedLatencyMs: milliseconds.default(50),
    /** GraphQL error codes that count as errors here: more than for the breaker, since rates are compared. */
    errorCodes: codes.default(['DATABASE_UNAVAILABLE', 'GRAPHQL_VALIDATION_FAILED', 'INTERNAL_SERVER_ERROR']),
  })
  .refine(({ minimumRequests, window }) => minimumRequests <= window, {
    path: ['minimumRequests'],
    message: 'must not be more than the window, or nothing is ever compared',
  });

/**
 * How subgraphs are asked, when some of them misbehave too. The numbers are the architecture document's where it has
 * one. docs/configuration.md has them all, docs/adr/0017-upstream-resilience.md the reasons.
 */
export const upstreamConfig = z.strictObject({
  connection: connection.prefault({}),
  circuitBreaker: circuitBreaker.prefault({}),
  retry: retry.prefault({}),
  retryBudget: retryBudget.prefault({}),
  hedge: hedge.prefault({}),
  /** A section that is named for a subgraph stands instead of the general one, with its own defaults. */
  subgraphs: z
    .record(
      z.string(),
      z.strictObject({
        connection: connection.optional(),
        circuitBreaker: circuitBreaker.optional(),
        retry: retry.optional(),
        retryBudget: retryBudget.optional(),
        hedge: hedge.optional(),
        canary: canary.optional(),
      }),
    )
    .default({}),
});

export type UpstreamConfig = z.infer<typeof upstreamConfig>;
export type ConnectionConfig = z.infer<typeof connection>;
export type CircuitBreakerConfig = z.infer<typeof circuitBreaker>;
export type RetryConfig = z.infer<typeof retry>;
export type RetryBudgetConfig = z.infer<typeof retryBudget>;
export type HedgeConfig = z.infer<typeof hedge>;
export type CanaryConfig = z.infer<typeof canary>;

/** What holds for one subgraph; a section that is off is null. */
export type SubgraphPolicy = Readonly<{
  connection: ConnectionConfig;
  circuitBreaker: CircuitBreakerConfig | null;
  retry: RetryConfig | null;
  retryBudget: RetryBudgetConfig;
  hedge: HedgeConfig | null;
  canary: CanaryConfig | null;
}>;

export const policyOf = (config: UpstreamConfig, subgraph: string): SubgraphPolicy => {
  const own = Object.hasOwn(config.subgraphs, subgraph) ? config.subgraphs[subgraph] : undefined;
  return {
    connection: own?.connection ?? config.connection,
    circuitBreaker: unlessOff(own?.circuitBreaker ?? config.circuitBreaker),
    retry: unlessOff(own?.retry ?? config.retry),
    retryBudget: own?.retryBudget ?? config.retryBudget,
    hedge: unlessOff(own?.hedge ?? config.hedge),
    canary: unlessOff(own?.canary),
  };
};

const unlessOff = <Section extends { enabled: boolean }>(section: Section | undefined): Section | null =>
  section?.enabled ? section : null;
