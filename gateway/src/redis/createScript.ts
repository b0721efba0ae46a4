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
      return await (buffers
        ? redis.callBuffer('EVALSHA', sha, keys.length, ...keys, ...args)
        : redis.evalsha(sha, keys.length, ...keys, ...args));
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return buffers
        ? redis.callBuffer('EVAL', lua, keys.length, ...keys, ...args)
        : redis.eval(lua, keys.length, ...keys, ...args);
    }
  };
};
