import { z } from 'zod';

const seconds = z.number().nonnegative().max(86_400);

/** The part of the configuration file about caching. */
export const cacheConfig = z.strictObject({
  /** Without hints in the supergraph nothing is kept even so. */
  enabled: z.boolean().default(true),
  /** What answers may take in memory. */
  memoryBytes: z
    .int()
    .positive()
    .default(64 * 1024 * 1024),
  /** Whether entities are kept too, so that other selections find them. */
  entities: z.boolean().default(true),
  /** What entities may take in memory beside it. */
  entityMemoryBytes: z
    .int()
    .positive()
    .default(64 * 1024 * 1024),
  /** How long the memory is believed before Redis is asked again. */
  memorySeconds: seconds.default(60),
  /** Answers that are larger are not kept. */
  mostEntryBytes: z
    .int()
    .positive()
    .default(1024 * 1024),
  /** How long an answer that is too old is served while a new one is fetched. */
  staleWhileRevalidateSeconds: seconds.default(30),
  /** How long an answer that is too old is served when no new one can be had. */
  staleIfErrorSeconds: seconds.default(300),
});

export type CacheConfig = z.infer<typeof cacheConfig>;
