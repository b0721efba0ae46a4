import { roles } from '@supergraph/auth';
import { z } from 'zod';

const points = z.int().positive().max(1_000_000_000);

/** Points a window. Windows lie within each other, so that the end of one is never in the middle of a smaller one. */
const limits = z
  .strictObject({
    second: points.optional(),
    minute: points.optional(),
    hour: points.optional(),
    day: points.optional(),
  })
  .refine((given) => Object.values(given).some((value) => value !== undefined), 'names no window');

/**
 * How many points a principal may spend. A limit that is named for a role, a client or a tier stands instead of the
 * default one, windows and all. docs/rate-limits.md explains the settings.
 */
export const rateLimitConfig = z.strictObject({
  /** Without this section only the gateway of the commerce graph limits, not one that serves another supergraph. */
  enabled: z.boolean().default(true),
  /** What holds when nothing else does: the architecture document's numbers. */
  default: limits.prefault({ minute: 1_000, hour: 10_000 }),
  /** For requests without a token, by address. */
  anonymous: limits.optional(),
  /** For people; of several roles the highest that is named here counts. */
  roles: z.partialRecord(z.enum(roles), limits).default({}),
  /** For programs, by their `client_id`. */
  clients: z.record(z.string(), limits).default({}),
  /** For programs that are not named in `clients`, by the `quota_tier` that they were registered with. */
  tiers: z.record(z.string(), limits).default({}),
  /** How many gateways share the quotas: what one may spend while Redis is away, and how much it may lease. */
  replicas: z.int().min(1).max(10_000).default(1),
  /** How much of a quota all gateways together may hold without having spent it; 0 asks Redis for every request. */
  leased: z.number().min(0).max(0.01).default(0.01),
});

export type RateLimitConfig = z.infer<typeof rateLimitConfig>;
export type ConfiguredLimits = z.infer<typeof limits>;
