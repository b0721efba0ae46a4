import type { RedisClient } from '../redis/connectRedis.ts';
import { createScript } from '../redis/createScript.ts';

/** Documents that clients have sent to any of the gateways, by their hash. */
export type SharedDocuments = Readonly<{
  /** Null when it is not there, or Redis is not. Not verified: whoever reads Redis may be able to write it. */
  find: (hash: string) => Promise<string | null>;
  /** Not waited for: what is not kept is sent again by its client. */
  put: (hash: string, document: string) => void;
}>;

export type SharedDocumentsOptions = Readonly<{
  redis: RedisClient;
  namespace: string;
  /** The newest so many are kept: everybody may send documents, and this is all that they can fill. */
  entries?: number;
}>;

const lifeMs = 7 * 86_400_000;

/** KEYS: hash of documents, sorted set of when each was last asked for (µs). ARGV: hash, document, limit, life (ms). */
const put = createScript(`
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], now, ARGV[1])
local surplus = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[3])
local gone = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now - tonumber(ARGV[4]) * 1000)
if #gone < surplus then gone = redis.call('ZRANGE', KEYS[2], 0, surplus - 1) end
for _, hash in ipairs(gone) do
  redis.call('HDEL', KEYS[1], hash)
  redis.call('ZREM', KEYS[2], hash)
end
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
`);

/** KEYS as above. ARGV: hash. */
const find = createScript(`
local document = redis.call('HGET', KEYS[1], ARGV[1])
if document then
  local time = redis.call('TIME')
  redis.call('ZADD', KEYS[2], 'XX', time[1] * 1000000 + time[2], ARGV[1])
end
return document
`);

/** In Redis, bounded by number and age, in one slot of a cluster. */
export const createSharedDocuments = ({
  redis,
  namespace,
  entries = 5_000,
}: SharedDocumentsOptions): SharedDocuments => {
  const place = `${namespace}gateway:{automatic-operations}`;
  const keys = [`${place}:documents`, `${place}:asked-for`];
  return {
    find: async (hash) => {
      try {
        const found = await find(redis, keys, [hash]);
        return typeof found === 'string' ? found : null;
      } catch {
        // The connection says itself when it is lost and when it is back.
        return null;
      }
    },
    put: (hash, document) => {
      put(redis, keys, [hash, document, entries, lifeMs]).catch(() => undefined);
    },
  };
};
