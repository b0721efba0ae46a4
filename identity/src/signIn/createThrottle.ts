import type { Redis } from 'ioredis';

/** May this be tried now? `retryAfter` in seconds. */
export type Attempt = Readonly<{ allowed: true }> | Readonly<{ allowed: false; retryAfter: number }>;

/** Counts attempts at a secret, so that it cannot be guessed. */
export type Throttle = Readonly<{
  /** Counts an attempt before it is made, so that many at once are counted too. */
  begin: (subject: string) => Promise<Attempt>;
  /** It was right: what was counted is forgotten. */
  succeeded: (subject: string) => Promise<void>;
}>;

export type ThrottleOptions = Readonly<{
  redis: Redis;
  prefix: string;
  /** What is guessed at; counts of different kinds are apart. */
  kind: string;
  /** Attempts that cost no waiting. */
  free: number;
  /** Seconds to wait after the first one that does; each further one doubles it. */
  firstWait: number;
  longestWait: number;
  /** Seconds without an attempt after which all is forgotten. */
  memory: number;
}>;

/**
 * KEYS[1] a hash { attempts, until }. ARGV: now (ms), free, firstWait, longestWait, memory (s). One step for Redis, so
 * that two attempts cannot both be the last free one. An attempt that is refused counts for nothing: whoever waits as
 * told gets in, and nobody can keep an account locked by trying on.
 */
const script = `
local now = tonumber(ARGV[1])
local untilMs = tonumber(redis.call('HGET', KEYS[1], 'until') or '0')
if untilMs > now then return math.ceil((untilMs - now) / 1000) end
local attempts = redis.call('HINCRBY', KEYS[1], 'attempts', 1)
redis.call('EXPIRE', KEYS[1], ARGV[5])
local over = attempts - tonumber(ARGV[2])
if over >= 0 then
  local wait = math.min(tonumber(ARGV[4]), tonumber(ARGV[3]) * 2 ^ math.min(over, 20))
  redis.call('HSET', KEYS[1], 'until', now + wait * 1000)
end
return 0
`;

/** Lockout with back-off, in Redis, for all replicas together. */
export const createThrottle = ({
  redis,
  prefix,
  kind,
  free,
  firstWait,
  longestWait,
  memory,
}: ThrottleOptions): Throttle => {
  const keyOf = (subject: string): string => `${prefix}identity:attempts:${kind}:${subject}`;
  return {
    begin: async (subject) => {
      const wait = Number(
        await redis.eval(script, 1, keyOf(subject), Date.now(), free, firstWait, longestWait, memory),
      );
      return wait === 0 ? { allowed: true } : { allowed: false, retryAfter: wait };
    },
    succeeded: async (subject) => {
      await redis.del(keyOf(subject));
    },
  };
};
