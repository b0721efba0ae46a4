import {
  createRevocationSet,
  revocableNames,
  revocationList,
  revocationMessage,
  revoked,
  type Revocation,
} from '@supergraph/auth';
import type { TokenReference } from '@supergraph/auth';
import type { Db } from '@supergraph/postgres';
import type { Redis } from 'ioredis';
import { recordRevocation } from './recordRevocation.ts';

/** Tokens that end before their time. Gateways hear of each within moments. */
export type Revocations = Readonly<{
  /** `expiresAt` in seconds since 1970. */
  revokeToken: (jti: string, expiresAt: number) => Promise<void>;
  isRevoked: (token: TokenReference) => Promise<boolean>;
  /**
   * Tells gateways of everything that they have not been told of. Resolves when that has been tried, and does not wait
   * for a Redis that is away: it is tried again each second until it succeeds.
   */
  deliver: () => Promise<void>;
  stop: () => Promise<void>;
}>;

export type RevocationsOptions = Readonly<{
  db: Db;
  redis: Redis;
  prefix: string;
  log: Readonly<{ warn: (details: object, message: string) => void }>;
  everyMs?: number;
}>;

/** Longer than a Redis that is there takes. */
const patienceMs = 1_000;

/**
 * Takes revocations from the table, where they are written first, to the list that packages/auth describes: the entry
 * before the message, so that who hears of it finds it there. A Redis that has come back is told everything again: it may
 * have lost what it had.
 */
export const createRevocations = ({ db, redis, prefix, log, everyMs = 1_000 }: RevocationsOptions): Revocations => {
  const key = `${prefix}${revocationList.key}`;
  const channel = `${prefix}${revocationList.channel}`;

  const publish = async (revocations: readonly Revocation[]): Promise<void> => {
    const write = redis.multi().zremrangebyscore(key, '-inf', Date.now());
    for (const { member, until } of revocations) write.zadd(key, until, member);
    for (const revocation of revocations) write.publish(channel, revocationMessage(revocation));
    for (const [error] of (await write.exec()) ?? []) if (error !== null) throw error;
  };

  const round = async (everything: boolean): Promise<void> => {
    const waiting = await db.query<Revocation>(
      `SELECT member, ceil(extract(epoch FROM until_at) * 1000)::float8 AS until FROM revocations
       WHERE until_at > now() AND ($1 OR delivered_at IS NULL)`,
      [everything],
    );
    if (waiting.length === 0) return;
    await publish(waiting);
    await db.query('UPDATE revocations SET delivered_at = now() WHERE member = ANY($1) AND delivered_at IS NULL', [
      waiting.map(({ member }) => member),
    ]);
  };

  let running: Promise<void> = Promise.resolve();
  let queued: Promise<void> | null = null;
  let failing = false;
  let stopped = false;
  // What Redis has lost while nobody was here is not known.
  let everything = true;

  const attempt = async (): Promise<void> => {
    queued = null;
    if (stopped) return;
    const all = everything;
    everything = false;
    try {
      await round(all);
      failing = false;
    } catch (error) {
      everything ||= all;
      if (!failing) log.warn({ err: error }, 'revocations cannot be told to gateways right now; tried again');
      failing = true;
    }
  };
  /** One round at a time, and one that waits: it tells of all that is written down until it begins. */
  const next = (): Promise<void> => {
    queued ??= running.then(attempt);
    running = queued;
    return queued;
  };

  const timer = setInterval(() => void next(), everyMs);
  const onReady = (): void => {
    everything = true;
    void next();
  };
  redis.on('ready', onReady);

  const deliver = (): Promise<void> => withPatience(next());

  return {
    deliver,
    revokeToken: async (jti, expiresAt) => {
      await recordRevocation(db, revoked.token(jti), expiresAt - Math.floor(Date.now() / 1000));
      await deliver();
    },
    isRevoked: async (token) => {
      const found = await db.query<{ member: string }>(
        // Those that have a time in them begin with what they name.
        `SELECT member FROM revocations
         WHERE until_at > now() AND (member = ANY($1) OR EXISTS (SELECT FROM unnest($1::text[]) AS name WHERE starts_with(member, name || ':')))`,
        [revocableNames(token)],
      );
      const set = createRevocationSet();
      for (const { member } of found) set.add({ member, until: Infinity });
      return set.endOf(token) !== null;
    },
    stop: async () => {
      clearInterval(timer);
      redis.off('ready', onReady);
      stopped = true;
      await withPatience(running);
    },
  };
};

/** Waits for work that goes on by itself, but not for ever. */
const withPatience = async (work: Promise<void>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => (timer = setTimeout(resolve, patienceMs)));
  await Promise.race([work, enough]);
  clearTimeout(timer);
};
