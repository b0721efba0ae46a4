import { revocationList, revoked } from '@supergraph/auth';
import type { Lifecycle, Logger } from '@supergraph/service-kit';
import { connectRedis } from '../redis/connectRedis.ts';

/** What of a verified token a revocation can name; null where the issuer does not say. */
export type TokenReference = Readonly<{ jti: string | null; grantId: string | null; kid: string | null }>;

export type RevocationFeedOptions = Readonly<{
  redisUrl: string;
  /** Of the installation: several may share one Redis. */
  namespace: string;
  log: Logger;
  lifecycle: Lifecycle;
  now?: () => number;
}>;

const pruneEveryMs = 60_000;

/**
 * Knows which tokens have ended before their time (packages/auth, revocations.ts): told by identity within moments, and
 * read anew after each connection to Redis, because what was published meanwhile is heard by nobody. While Redis is
 * away it goes by what it knew; tokens live for 15 minutes.
 *
 * @returns whether a token was revoked; looks at memory only, since every request asks
 */
export const createRevocationFeed = ({
  redisUrl: url,
  namespace,
  log,
  lifecycle,
  now = Date.now,
}: RevocationFeedOptions): ((token: TokenReference) => boolean) => {
  const members = new Map<string, number>();
  const reader = connectRedis({ url, name: 'revocations', log, lifecycle });
  const listener = connectRedis({ url, name: 'revocation feed', log, lifecycle });
  const key = `${namespace}${revocationList.key}`;
  const channel = `${namespace}${revocationList.channel}`;

  const load = async (): Promise<void> => {
    const entries = await reader.zrange(key, now(), '+inf', 'BYSCORE', 'WITHSCORES');
    for (let index = 0; index + 1 < entries.length; index += 2)
      members.set(String(entries[index]), Number(entries[index + 1]));
  };

  let catchingUp: NodeJS.Timeout | undefined;
  /** First listen, then read: in the other order what comes in between is lost. */
  const catchUp = async (): Promise<void> => {
    clearTimeout(catchingUp);
    try {
      await listener.subscribe(channel);
      await load();
    } catch (error) {
      if (lifecycle.closing()) return;
      log.warn({ err: error }, 'the list of revoked tokens cannot be read right now; tried again');
      catchingUp = setTimeout(() => void catchUp(), 500);
    }
  };
  listener.on('ready', () => void catchUp());
  listener.on('message', (_channel: string, message: string) => {
    const [, until, member] = /^(\d+) (.+)$/.exec(message) ?? [];
    if (until !== undefined && member !== undefined) members.set(member, Number(until));
  });

  const pruning = setInterval(() => {
    for (const [member, until] of members) if (until <= now()) members.delete(member);
  }, pruneEveryMs);
  lifecycle.onClose('revocation feed', () => {
    clearInterval(pruning);
    clearTimeout(catchingUp);
  });

  return ({ jti, grantId, kid }) =>
    members.size > 0 &&
    ((jti !== null && members.has(revoked.token(jti))) ||
      (grantId !== null && members.has(revoked.grant(grantId))) ||
      (kid !== null && members.has(revoked.key(kid))));
};
