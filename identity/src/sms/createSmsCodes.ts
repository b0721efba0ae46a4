import { randomInt } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Secrets } from '../secrets.ts';
import type { SmsSender } from './smsSender.ts';

/** The architecture's numbers. */
export const smsRules = { perHour: 3, digits: 6, lifeSeconds: 300, attempts: 5 } as const;

/** Whom a code goes to, and where alone it holds: one sign-in, or one session that sets a factor up. */
type Purpose = Readonly<{ place: string; number: string }>;

/** What came of sending: `retryAfter` in seconds when there were too many, null when the provider did not take it. */
export type SmsSent = Readonly<{ sent: true }> | Readonly<{ sent: false; retryAfter: number | null }>;

/** Codes by text message. */
export type SmsCodes = Readonly<{
  /** Sends another code, which takes the place of the one before. Counted by account, by number and by address. */
  send: (purpose: Purpose & Readonly<{ accountId: string; address: string }>) => Promise<SmsSent>;
  /** Whether this is the code that was sent; it is good once, and five wrong ones end it. */
  check: (purpose: Purpose & Readonly<{ code: string }>) => Promise<boolean>;
}>;

export type SmsCodesOptions = Readonly<{
  redis: Redis;
  prefix: string;
  secrets: Pick<Secrets, 'hash' | 'hashes'>;
  sender: SmsSender;
  /** Where the code is typed in; browsers offer it there only (origin-bound one-time codes, WICG). */
  host: string;
  log: Readonly<{ error: (details: object, message: string) => void }>;
}>;

const hourMs = 3_600_000;

/** Many people may share an address; it bounds what one who makes up accounts can have sent. */
const perAddress = 20;

const sendTimeoutMs = 10_000;

/**
 * KEYS sorted sets of times. ARGV: now (ms), an hour (ms), a unique member, then the limit of each key. All are counted
 * or none. @returns 0, or the milliseconds to wait.
 */
const countScript = `
local now, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local wait = 0
for index, key in ipairs(KEYS) do
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now - window)
  local limit = tonumber(ARGV[3 + index])
  if redis.call('ZCARD', key) >= limit then
    local oldest = redis.call('ZRANGE', key, -limit, -limit, 'WITHSCORES')
    wait = math.max(wait, tonumber(oldest[2]) + window - now)
  end
end
if wait > 0 then return math.ceil(wait) end
for _, key in ipairs(KEYS) do
  redis.call('ZADD', key, now, ARGV[3])
  redis.call('PEXPIRE', key, window)
end
return 0
`;

/** KEYS[1] a hash { code, wrong }. ARGV: attempts, then what the hash of the code may be. One step: a code is used once. */
const checkScript = `
local stored = redis.call('HGET', KEYS[1], 'code')
if not stored then return 0 end
for index = 2, #ARGV do
  if stored == ARGV[index] then
    redis.call('DEL', KEYS[1])
    return 1
  end
end
if redis.call('HINCRBY', KEYS[1], 'wrong', 1) >= tonumber(ARGV[1]) then redis.call('DEL', KEYS[1]) end
return 0
`;

/** Codes are kept in Redis, as keyed hashes that are bound to their number and place, for five minutes. */
export const createSmsCodes = ({ redis, prefix, secrets, sender, host, log }: SmsCodesOptions): SmsCodes => {
  const keyOf = (place: string): string => `${prefix}identity:sms:${place}`;
  const textOf = ({ place, number }: Purpose, code: string): string => `sms code ${place} ${number} ${code}`;

  return {
    send: async ({ accountId, number, place, address }) => {
      const counted: readonly (readonly [string, number])[] = [
        [`account:${accountId}`, smsRules.perHour],
        // Without its hash whoever reads Redis would read numbers.
        [`number:${secrets.hash(`sms number ${number}`)}`, smsRules.perHour],
        [`address:${address}`, perAddress],
      ];
      const keys = counted.map(([name]) => `${prefix}identity:sms-sent:${name}`);
      const limits = counted.map(([, limit]) => limit);
      const member = `${Date.now()} ${randomInt(2 ** 47)}`;
      const wait = Number(await redis.eval(countScript, keys.length, ...keys, Date.now(), hourMs, member, ...limits));
      if (wait > 0) return { sent: false, retryAfter: Math.ceil(wait / 1000) };

      const code = String(randomInt(10 ** smsRules.digits)).padStart(smsRules.digits, '0');
      const key = keyOf(place);
      const stored = await redis
        .multi()
        .del(key)
        .hset(key, 'code', secrets.hash(textOf({ place, number }, code)))
        .expire(key, smsRules.lifeSeconds)
        .exec();
      for (const [error] of stored ?? []) if (error !== null) throw error;
      const text = `${code} is your code for Commerce Supergraph, for five minutes. Tell it to nobody.\n\n@${host} #${code}`;
      try {
        await sender({ to: number, text }, AbortSignal.timeout(sendTimeoutMs));
        return { sent: true };
      } catch (error) {
        log.error({ err: error }, 'a text message could not be sent');
        return { sent: false, retryAfter: null };
      }
    },

    check: async ({ code, ...purpose }) => {
      const digits = code.replaceAll(/\s/g, '');
      if (!/^\d{6}$/.test(digits)) return false;
      const hashes = secrets.hashes(textOf(purpose, digits));
      return Number(await redis.eval(checkScript, 1, keyOf(purpose.place), smsRules.attempts, ...hashes)) === 1;
    },
  };
};
