import type { Logger } from '@supergraph/service-kit';
import { createHash } from 'node:crypto';
import type { RedisClient } from '../redis/connectRedis.ts';
import type { Entry, Ledger, Taken } from './ledger.ts';

/**
 * One hash for each account, with the start of each window and what was used in it; it is gone when its longest window
 * is over. One key, so that a cluster can have it, and Redis's clock, so that gateways need not agree on the time.
 */
const script = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local phase, grant, back = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])

local names = {}
for i = 4, #ARGV, 6 do
  names[#names + 1] = 's' .. ARGV[i]
  names[#names + 1] = 'u' .. ARGV[i]
end
local stored = redis.call('HMGET', KEYS[1], unpack(names))

local starts, useds, ends = {}, {}, 0
for n = 1, #names / 2 do
  local at = 4 + (n - 1) * 6
  local length, points = ARGV[at] * 1000, tonumber(ARGV[at + 1])
  local knownStart, knownUsed, debt = tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3]), tonumber(ARGV[at + 4])
  local start = now - (now - phase) % length
  local used = 0
  if stored[2 * n - 1] then
    if tonumber(stored[2 * n - 1]) == start then used = tonumber(stored[2 * n]) end
  elseif knownStart == start then
    used = knownUsed
  end
  if knownStart == start then used = used + debt end
  if tonumber(ARGV[at + 5]) == start then used = math.max(0, used - back) end
  grant = math.min(grant, math.max(0, points - used))
  starts[n], useds[n], ends = start, used, math.max(ends, start + length)
end

local values, reply = {}, { now, grant }
for n = 1, #starts do
  useds[n] = useds[n] + grant
  values[#values + 1] = names[2 * n - 1]
  values[#values + 1] = string.format('%.0f', starts[n])
  values[#values + 1] = names[2 * n]
  values[#values + 1] = string.format('%.0f', useds[n])
  reply[#reply + 1] = starts[n]
  reply[#reply + 1] = useds[n]
end
redis.call('HSET', KEYS[1], unpack(values))
redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', ends))
return reply
`;
const digest = createHash('sha1').update(script).digest('hex');

export type RedisLedgerOptions = Readonly<{
  redis: RedisClient;
  /** Goes before every key, so that installations can share a Redis. */
  namespace: string;
  log: Logger;
  /** An answer that takes longer is not waited for. */
  patienceMs?: number;
}>;

/** A ledger that all gateways share. A Redis that hangs is asked again when it answers a PING, not by clients' requests. */
export const createRedisLedger = ({ redis, namespace, log, patienceMs = 250 }: RedisLedgerOptions): Ledger => {
  let probing: NodeJS.Timeout | undefined;

  const distrust = (error: unknown): void => {
    if (probing !== undefined) return;
    log.warn({ err: error }, 'rate limits: Redis does not do its part, so each gateway uses its share of the quotas');
    probing = setInterval(() => {
      inTime(redis.ping(), patienceMs).then(trust, () => undefined);
    }, 500);
    probing.unref();
  };
  const trust = (): void => {
    if (probing === undefined) return;
    clearInterval(probing);
    probing = undefined;
    log.info('rate limits: Redis counts again');
  };

  return {
    available: () => probing === undefined && redis.status === 'ready',
    take: async (entry) => {
      const key = `${namespace}limit:{${entry.account}}`;
      const values = argumentsOf(entry);
      try {
        return readTaken(
          await inTime(
            redis.evalsha(digest, 1, key, ...values).catch(async (error: unknown) => {
              if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
              return redis.eval(script, 1, key, ...values);
            }),
            patienceMs,
          ),
        );
      } catch (error) {
        distrust(error);
        throw error;
      }
    },
    close: () => clearInterval(probing),
  };
};

const argumentsOf = ({ phase, want, back, backStarts, windows }: Entry): number[] => [
  phase,
  want,
  back,
  ...windows.flatMap(({ seconds, points, knownStart, knownUsed, debt }, nth) => [
    seconds,
    points,
    knownStart,
    knownUsed,
    debt,
    backStarts[nth] ?? -1,
  ]),
];

const readTaken = (reply: unknown): Taken => {
  const numbers = Array.isArray(reply) ? reply.map(Number) : [];
  const [now, granted, ...rest] = numbers;
  if (now === undefined || granted === undefined || rest.length === 0 || numbers.some(Number.isNaN)) {
    throw new Error(`Redis answered something else: ${JSON.stringify(reply)}`);
  }
  const windows = [];
  for (let at = 0; at < rest.length; at += 2) windows.push({ start: rest[at] ?? 0, used: rest[at + 1] ?? 0 });
  return { now, granted, windows };
};

/**
 * Gives up after a while. The while is counted in short pauses: when this process is busy, one pause takes long, and that
 * proves nothing about Redis, whose answer may be there to be read.
 */
const inTime = async <Value>(answer: Promise<Value>, milliseconds: number): Promise<Value> => {
  let timer: NodeJS.Timeout | undefined;
  let pauses = 0;
  const late = new Promise<never>((_, reject) => {
    timer = setInterval(() => {
      pauses += 1;
      if (pauses === 5) reject(new Error(`no answer within ${milliseconds} ms`));
    }, milliseconds / 5);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearInterval(timer);
  }
};
