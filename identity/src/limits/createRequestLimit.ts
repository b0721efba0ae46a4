import type { Redis } from 'ioredis';

/** A count of requests, and how many of them there may be in a minute. */
export type Counted = Readonly<{ name: string; perMinute: number }>;

/** Counts a request. @returns 0, or the seconds to wait when there were too many */
export type RequestLimit = (counted: readonly Counted[]) => Promise<number>;

const windowMs = 60_000;

/** Names that are counted in memory, at most, while Redis is away. */
const remembered = 50_000;

/** KEYS counts. ARGV: the window (ms), then the limit of each. @returns 0, or the milliseconds to wait */
const script = `
local wait = 0
for index, key in ipairs(KEYS) do
  local count = redis.call('INCR', key)
  if count == 1 then redis.call('PEXPIRE', key, ARGV[1]) end
  if count > tonumber(ARGV[1 + index]) then wait = math.max(wait, redis.call('PTTL', key), 1) end
end
return wait
`;

export type RequestLimitOptions = Readonly<{
  /** Answers at once, or not at all (connectRedis, `patient: false`). */
  redis: Redis;
  prefix: string;
  now?: () => number;
}>;

/**
 * Counts in Redis, for all replicas together; while that is away each process counts for itself, so that neither nobody
 * gets a token nor everybody any number.
 */
export const createRequestLimit = ({ redis, prefix, now = Date.now }: RequestLimitOptions): RequestLimit => {
  let own = new Map<string, number>();
  let ownUntil = 0;

  const countHere = (counted: readonly Counted[]): number => {
    if (now() >= ownUntil || own.size > remembered) {
      own = new Map();
      ownUntil = now() + windowMs;
    }
    let over = false;
    for (const { name, perMinute } of counted) {
      const count = (own.get(name) ?? 0) + 1;
      own.set(name, count);
      over ||= count > perMinute;
    }
    return over ? ownUntil - now() : 0;
  };

  return async (counted) => {
    const keys = counted.map(({ name }) => `${prefix}identity:requests:${name}`);
    const limits = counted.map(({ perMinute }) => perMinute);
    let wait: number;
    try {
      wait = Number(await redis.eval(script, keys.length, ...keys, windowMs, ...limits));
    } catch {
      wait = countHere(counted);
    }
    return Math.ceil(wait / 1000);
  };
};
