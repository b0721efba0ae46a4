import type { Redis } from 'ioredis';

const hourMs = 3_600_000;
const windowHours = 24;
/** How long an answer is kept: the front page of a busy shop must not add up a day of sales for every visitor. */
const topSeconds = 2;
/** Products that one answer can draw from; some of them may have gone off sale since. */
const topLength = 200;

/** What is bought most. */
export type Trending = Readonly<{
  /** Counts what was ordered at a time; older than a day counts nothing. */
  count: (items: readonly Readonly<{ productId: string; quantity: number }>[], at: Date) => Promise<void>;
  /** Ids of products, most ordered first; empty when Redis does not answer. */
  top: () => Promise<readonly string[]>;
}>;

export type TrendingDeps = Readonly<{
  redis: Redis;
  namespace: string;
  now: () => Date;
  log: Readonly<{ warn: (details: object, message: string) => void }>;
}>;

/**
 * Counts units ordered in sorted sets, one for each hour, and adds up the last 24: so what is counted really leaves
 * after a day, where a single set that is written to all the time would never expire.
 *
 * The counts may be lost, or be a little high when a message comes twice: they are a hint, nothing is sold by them.
 */
export function createTrending({ redis, namespace, now, log }: TrendingDeps): Trending {
  // The braces keep all keys on one node of a Redis Cluster, so that they can be added up there.
  const prefix = `${namespace}trending:{products}:`;
  const hourOf = (time: number): number => Math.floor(time / hourMs);
  const keyOf = (hour: number): string => `${prefix}${hour}`;

  return {
    count: async (items, at) => {
      const hour = hourOf(at.getTime());
      if (hour <= hourOf(now().getTime()) - windowHours) return;
      try {
        const batch = redis.multi();
        for (const { productId, quantity } of items) batch.zincrby(keyOf(hour), quantity, productId);
        await batch.expire(keyOf(hour), windowHours * 3_600).exec();
      } catch (error) {
        log.warn({ err: error }, 'orders could not be counted for the trending products');
      }
    },

    top: async () => {
      try {
        const kept = `${prefix}top`;
        const known = await redis.zrevrange(kept, 0, topLength - 1);
        if (known.length > 0) return known;
        const newest = hourOf(now().getTime());
        const keys = Array.from({ length: windowHours }, (_, back) => keyOf(newest - back));
        const [, , top] =
          (await redis
            .multi()
            .zunionstore(kept, keys.length, ...keys)
            .expire(kept, topSeconds)
            .zrevrange(kept, 0, topLength - 1)
            .exec()) ?? [];
        const ids = top?.[1];
        return Array.isArray(ids) ? ids.map(String) : [];
      } catch (error) {
        log.warn({ err: error }, 'the trending products could not be read');
        return [];
      }
    },
  };
}
