import type { Lifecycle, Logger } from '@supergraph/service-kit';
import { Redis } from 'ioredis';

/**
 * Sessions, codes, counts of attempts, the list of revocations. Commands wait while Redis is away for a moment (a
 * restart costs patience, not a sign-in), but not for ever: people and load balancers wait for the answer.
 */
export const connectRedis = (url: string, log: Logger, lifecycle: Lifecycle): Redis => {
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    commandTimeout: 10_000,
    retryStrategy: (attempt) => Math.min(1_000, 50 * attempt),
  });
  redis.on('error', (error: Error) => log.warn({ err: error }, 'Redis cannot be reached right now'));
  lifecycle.onClose('redis', () => redis.disconnect());
  return redis;
};
