import type { Lifecycle, Logger } from '@supergraph/service-kit';
import { Redis } from 'ioredis';

/**
 * Sessions, codes, counts of attempts, the list of revocations. Commands wait while Redis is away for a moment (a
 * restart costs patience, not a sign-in), but not for ever: people and load balancers wait for the answer.
 *
 * @param options `patient: false` for what can be done without: a command fails at once.
 */
export const connectRedis = (
  url: string,
  log: Logger,
  lifecycle: Lifecycle,
  { patient = true }: Readonly<{ patient?: boolean }> = {},
): Redis => {
  const redis = new Redis(url, {
    ...(patient
      ? { maxRetriesPerRequest: null, commandTimeout: 10_000 }
      : { maxRetriesPerRequest: 0, enableOfflineQueue: false, commandTimeout: 250 }),
    retryStrategy: (attempt) => Math.min(1_000, 50 * attempt),
  });
  const name = patient ? 'redis' : 'redis of limits';
  let away = false;
  redis.on('error', (error: Error) => {
    if (!away) log.warn({ err: error, connection: name }, 'Redis is away');
    away = true;
  });
  redis.on('ready', () => {
    if (away) log.info({ connection: name }, 'Redis is back');
    away = false;
  });
  lifecycle.onClose(name, () => redis.disconnect());
  return redis;
};
