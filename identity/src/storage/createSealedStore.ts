import type { Redis } from 'ioredis';
import type { z } from 'zod';
import type { Secrets } from '../secrets.ts';

/** What is remembered of something that is under way, by its name. */
export type SealedStore<T> = Readonly<{
  get: (name: string) => Promise<T | null>;
  /** Gets and forgets, for what is good once. */
  take: (name: string) => Promise<T | null>;
  put: (name: string, value: T) => Promise<void>;
  forget: (name: string) => Promise<void>;
}>;

export type SealedStoreOptions<T> = Readonly<{
  redis: Redis;
  prefix: string;
  secrets: Pick<Secrets, 'seal' | 'open'>;
  /** Of what this is; in the keys. */
  kind: string;
  schema: z.ZodType<T>;
  lifeSeconds: number;
}>;

/** In Redis, sealed: it may hold the secret of an authenticator app. */
export const createSealedStore = <T>({
  redis,
  prefix,
  secrets,
  kind,
  schema,
  lifeSeconds,
}: SealedStoreOptions<T>): SealedStore<T> => {
  const keyOf = (name: string): string => `${prefix}identity:${kind}:${name}`;
  const placeOf = (name: string): string => `${kind} ${name}`;
  const open = (name: string, sealed: string | null): T | null =>
    sealed === null ? null : schema.parse(JSON.parse(secrets.open(placeOf(name), sealed)));
  return {
    get: async (name) => open(name, await redis.get(keyOf(name))),
    take: async (name) => open(name, await redis.getdel(keyOf(name))),
    put: async (name, value) => {
      await redis.set(keyOf(name), secrets.seal(placeOf(name), JSON.stringify(value)), 'EX', lifeSeconds);
    },
    forget: async (name) => {
      await redis.del(keyOf(name));
    },
  };
};
