import type { Lifecycle, Logger } from '@supergraph/service-kit';
import { Redis } from 'ioredis';

/**
 * A connection for hints: what Redis cannot answer at once is done without, so nothing is queued, repeated or waited
 * for while it is away.
 */
export const connectRedis = (url: string, log: Logger, lifecycle: Lifecycle): Redis => {
  const redis = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: 500 });
  let away = false;
  redis.on('error', (error) => {
    if (!away) log.warn({ err: error }, 'Redis is away; trending products are the newest ones until it is back');
    away = true;
  });
  redis.on('ready', () => {
    away = false;
  });
  lifecycle.onClose('redis', () => redis.disconnect());
  return redis;
};
