import type { Lifecycle, Logger, Metrics } from '@supergraph/service-kit';
import { connectRedis } from '../redis/connectRedis.ts';
import { createRateLimit, type RateLimit } from './createRateLimit.ts';
import { createRedisLedger } from './createRedisLedger.ts';
import type { RateLimitConfig } from './rateLimitConfig.ts';

export type RateLimitStart = Readonly<{
  /** null: nobody is limited. */
  config: RateLimitConfig | null;
  /** null: limits hold for this gateway alone. */
  redisUrl: string | null;
  namespace: string;
  metrics: Metrics;
  log: Logger;
  lifecycle: Lifecycle;
}>;

/** Starts to limit, when it is configured; null when it is not. */
export const startRateLimit = ({
  config,
  redisUrl,
  namespace,
  metrics,
  log,
  lifecycle,
}: RateLimitStart): RateLimit | null => {
  if (config === null) return null;
  if (redisUrl === null) {
    const { replicas } = config;
    log.warn(
      { replicas },
      'rate limits: without REDIS_URL they hold for each gateway alone, for its share of the quotas',
    );
  }
  const ledger =
    redisUrl === null
      ? null
      : createRedisLedger({
          redis: connectRedis({ url: redisUrl, name: 'rate limits', log, lifecycle, commandTimeoutMs: 2_000 }),
          namespace,
          log,
        });
  const rateLimit = createRateLimit({ config, ledger, metrics });
  lifecycle.onClose('rate limits', rateLimit.close);
  return rateLimit;
};
