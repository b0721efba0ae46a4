import { randomUUID } from 'node:crypto';
import type { RedisClient } from '../../redis/connectRedis.ts';
import { createScript } from '../../redis/createScript.ts';
import { decodeAnswer, encodeAnswer, type CachedAnswer } from './cachedAnswer.ts';

/** What gateways keep together. Nothing here throws: when Redis is away there is nothing in it. */
export type SharedStore = Readonly<{
  get: (key: string) => Promise<CachedAnswer | null>;
  put: (key: string, answer: CachedAnswer, seconds: number) => Promise<void>;
  /** The right to fetch for everybody; null while another has it. When Redis is away everybody has it. */
  lock: (key: string, milliseconds: number) => Promise<Lock | null>;
}>;

export type Lock = Readonly<{ release: () => Promise<void> }>;

const release = createScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
`);

/** @param onFailure is told when Redis does not do its part */
export const createSharedStore = ({
  redis,
  namespace,
  onFailure,
}: {
  redis: RedisClient;
  namespace: string;
  onFailure: (error: unknown) => void;
}): SharedStore => {
  const nameOf = (key: string): string => `${namespace}cache:response:${key}`;
  const lockOf = (key: string): string => `${namespace}cache:fetching:${key}`;
  return {
    get: async (key) => {
      try {
        const bytes = await redis.getBuffer(nameOf(key));
        return bytes === null ? null : decodeAnswer(bytes);
      } catch (error) {
        onFailure(error);
        return null;
      }
    },
    put: async (key, answer, seconds) => {
      try {
        await redis.set(nameOf(key), encodeAnswer(answer), 'EX', Math.max(Math.ceil(seconds), 1));
      } catch (error) {
        onFailure(error);
      }
    },
    lock: async (key, milliseconds) => {
      const owner = randomUUID();
      try {
        if ((await redis.set(lockOf(key), owner, 'PX', milliseconds, 'NX')) === null) return null;
      } catch (error) {
        onFailure(error);
        return { release: async () => {} };
      }
      return {
        release: async () => {
          await release(redis, [lockOf(key)], [owner]).catch(onFailure);
        },
      };
    },
  };
};
