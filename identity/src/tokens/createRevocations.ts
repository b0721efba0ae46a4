import { revocationList, revoked } from '@supergraph/auth';
import type { Redis } from 'ioredis';

/** Tokens that end before their time. Gateways hear of each within moments. */
export type Revocations = Readonly<{
  revokeToken: (jti: string, expiresAt: number) => Promise<void>;
  revokeGrant: (grantId: string) => Promise<void>;
  isRevoked: (token: Readonly<{ jti: string; grantId: string | null }>) => Promise<boolean>;
}>;

export type RevocationsOptions = Readonly<{
  redis: Redis;
  prefix: string;
  /** The longest life of an access token: after that a revocation need not be remembered. */
  tokenSeconds: number;
  now?: () => number;
}>;

/** Clocks of gateways may be this far behind ours. */
const skewMs = 60_000;

/** Writes the list that packages/auth describes, the entry before the message: who hears of it finds it there. */
export const createRevocations = ({ redis, prefix, tokenSeconds, now = Date.now }: RevocationsOptions): Revocations => {
  const key = `${prefix}${revocationList.key}`;

  const add = async (member: string, until: number): Promise<void> => {
    const results = await redis
      .multi()
      .zadd(key, until, member)
      .zremrangebyscore(key, '-inf', now())
      .publish(`${prefix}${revocationList.channel}`, `${until} ${member}`)
      .exec();
    for (const [error] of results ?? []) if (error !== null) throw error;
  };

  return {
    revokeToken: (jti, expiresAt) => add(revoked.token(jti), expiresAt * 1000 + skewMs),
    revokeGrant: (grantId) => add(revoked.grant(grantId), now() + tokenSeconds * 1000 + skewMs),
    isRevoked: async ({ jti, grantId }) => {
      const members = [revoked.token(jti), ...(grantId === null ? [] : [revoked.grant(grantId)])];
      const scores = await redis.zmscore(key, ...members);
      return scores.some((score) => score !== null);
    },
  };
};
