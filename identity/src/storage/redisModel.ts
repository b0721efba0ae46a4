import type { Redis } from 'ioredis';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import { errors } from 'oidc-provider';
import { z } from 'zod';

/** What oidc-provider stores; its models check the members when they read them. */
const payloadSchema = z.custom<AdapterPayload>((value) => typeof value === 'object' && value !== null);

export type RedisModelOptions = Readonly<{
  redis: Redis;
  /** The name of the model: Session, Interaction, AuthorizationCode … */
  model: string;
  prefix: string;
  /** For ids that are secrets of themselves (codes): what is stored in their place. */
  hash?: (id: string) => string;
}>;

const dayInSeconds = 86_400;

/**
 * Sessions, sign-ins under way and short-lived codes: each one a hash in Redis that expires by itself. Whoever reads
 * Redis cannot redeem a code: only its keyed hash is there.
 */
export const createRedisModel = ({ redis, model, prefix, hash = (id) => id }: RedisModelOptions): Adapter => {
  const keyOf = (id: string): string => `${prefix}identity:${model}:${hash(id)}`;
  const uidKey = (uid: string): string => `${prefix}identity:${model}:uid:${uid}`;
  const userCodeKey = (code: string): string => `${prefix}identity:${model}:user-code:${hash(code)}`;

  const read = async (key: string): Promise<AdapterPayload | undefined> => {
    const [payload, consumed] = await redis.hmget(key, 'payload', 'consumed');
    if (payload == null) return undefined;
    const stored = payloadSchema.parse(JSON.parse(payload));
    return consumed == null ? stored : { ...stored, consumed: Number(consumed) };
  };
  /** The id is the secret: it is not in what is stored, so the one who knows it brings it along. */
  const withId = (stored: AdapterPayload | undefined, id: string): AdapterPayload | undefined =>
    stored && { ...stored, jti: id };

  return {
    upsert: async (id, payload, expiresIn = dayInSeconds) => {
      const key = keyOf(id);
      const seconds = Math.max(1, Math.ceil(expiresIn));
      const { jti, ...rest } = payload;
      const secretId = hash(id) !== id;
      const write = redis
        .multi()
        .hset(key, 'payload', JSON.stringify(secretId ? rest : { ...rest, jti }))
        .expire(key, seconds);
      if (payload.uid !== undefined) write.set(uidKey(payload.uid), id, 'EX', seconds);
      // The pointer leads to the row, not to the code.
      if (payload.userCode !== undefined) write.set(userCodeKey(payload.userCode), key, 'EX', seconds);
      for (const [error] of (await write.exec()) ?? []) if (error !== null) throw error;
    },
    find: async (id) => withId(await read(keyOf(id)), id),
    findByUid: async (uid) => {
      const id = await redis.get(uidKey(uid));
      return id === null ? undefined : withId(await read(keyOf(id)), id);
    },
    findByUserCode: async (code) => {
      const key = await redis.get(userCodeKey(code));
      return key === null ? undefined : read(key);
    },
    consume: async (id) => {
      const key = keyOf(id);
      // Of two requests with the same code at the same time, one is first (RFC 6749, section 4.1.2).
      if ((await redis.hsetnx(key, 'consumed', Math.floor(Date.now() / 1000))) === 0)
        throw new errors.InvalidGrant('already consumed');
      // Had it just expired, the mark alone would be there, without end.
      await redis.expire(key, dayInSeconds, 'NX');
    },
    destroy: async (id) => {
      const key = keyOf(id);
      const stored = await read(key);
      await redis.del(key, ...(stored?.uid === undefined ? [] : [uidKey(stored.uid)]));
    },
    // A code is worth nothing without its grant, which is gone (endGrants): a revocation need not wait for Redis.
    revokeByGrantId: () => Promise.resolve(),
  };
};
