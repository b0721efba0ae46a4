import { createHash } from 'node:crypto';
import type { RedisClient } from './connectRedis.ts';

type Argument = string | number | Buffer;

/** Runs a Lua script by its hash, and sends its text only to a server that does not know it. */
export type Script = (
  redis: RedisClient,
  keys: readonly string[],
  args: readonly Argument[],
  options?: Readonly<{ buffers: boolean }>,
) => Promise<unknown>;

/** @param lua the keys it touches must all be in `KEYS`, and in one slot of a cluster */
export const createScript = (lua: string): Script => {
  const sha = createHash('sha1').update(lua).digest('hex');
  return async (redis, keys, args, { buffers } = { buffers: false }) => {
    try {
      const given = [sha, keys.length, ...keys, ...args] as const;
      return await (buffers ? redis.evalshaBuffer(...given) : redis.evalsha(...given));
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      const given = [lua, keys.length, ...keys, ...args] as const;
      return buffers ? redis.evalBuffer(...given) : redis.eval(...given);
    }
  };
};
