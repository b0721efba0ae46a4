import {
  createRevocationSet,
  readRevocationMessage,
  revocableNames,
  revocationList,
  revokedName,
  type Revocation,
  type TokenEnd,
  type TokenReference,
} from '@supergraph/auth';
import type { Lifecycle, Logger } from '@supergraph/service-kit';
import { connectRedis } from '../redis/connectRedis.ts';

/** What is known of tokens that ended before their time. */
export type RevocationFeed = Readonly<{
  /** Looks at memory only, since every request asks. */
  endOf: (token: TokenReference) => TokenEnd | null;
  /**
   * Calls back when something is heard that may end a token, for what lives longer than a request.
   *
   * @returns how to stop that
   */
  watch: (token: TokenReference, onEnd: () => void) => () => void;
}>;

export type RevocationFeedOptions = Readonly<{
  redisUrl: string;
  /** Of the installation: several may share one Redis. */
  namespace: string;
  log: Logger;
  lifecycle: Lifecycle;
  now?: () => number;
}>;

const tidyEveryMs = 60_000;

/**
 * Knows which tokens have ended before their time (packages/auth, revocations.ts): told by identity within moments, and
 * read anew after each connection to Redis and every minute, because what was published meanwhile is heard by nobody.
 * While Redis is away it goes by what it knew; tokens live for 15 minutes.
 */
export const createRevocationFeed = ({
  redisUrl: url,
  namespace,
  log,
  lifecycle,
  now = Date.now,
}: RevocationFeedOptions): RevocationFeed => {
  const known = createRevocationSet(now);
  const watchers = createWatchers();
  const reader = connectRedis({ url, name: 'revocations', log, lifecycle });
  const listener = connectRedis({ url, name: 'revocation feed', log, lifecycle });
  const key = `${namespace}${revocationList.key}`;
  const channel = `${namespace}${revocationList.channel}`;

  const hear = (revocation: Revocation): void => {
    known.add(revocation);
    watchers.tell(revocation.member);
  };
  const load = async (): Promise<void> => {
    const entries = await reader.zrange(key, now(), '+inf', 'BYSCORE', 'WITHSCORES');
    for (let index = 0; index + 1 < entries.length; index += 2)
      hear({ member: String(entries[index]), until: Number(entries[index + 1]) });
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
    const revocation = readRevocationMessage(message);
    if (revocation !== null) hear(revocation);
  });

  const tidying = setInterval(() => {
    known.prune();
    // A cluster changes the node that it listens to without a word.
    void catchUp();
  }, tidyEveryMs);
  lifecycle.onClose('revocation feed', () => {
    clearInterval(tidying);
    clearTimeout(catchingUp);
  });

  return { endOf: known.endOf, watch: watchers.add };
};

/** Who waits for what, by what a revocation would name: of ten thousand connections only those concerned are told. */
const createWatchers = () => {
  const waiting = new Map<string, Set<() => void>>();
  return {
    add: (token: TokenReference, onEnd: () => void): (() => void) => {
      const names = revocableNames(token);
      // One of its own: the same function may wait for two tokens.
      const call = (): void => onEnd();
      for (const name of names) {
        const calls = waiting.get(name) ?? new Set();
        waiting.set(name, calls.add(call));
      }
      return () => {
        for (const name of names) {
          const calls = waiting.get(name);
          calls?.delete(call);
          if (calls?.size === 0) waiting.delete(name);
        }
      };
    },
    tell: (member: string): void => {
      for (const call of [...(waiting.get(revokedName(member)) ?? [])]) call();
    },
  };
};
