import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answered } from '../../engine/graphqlRequest.ts';
import { logOf, type RequestContext } from '../../requestContext.ts';
import type { Ready, Steps } from '../../steps.ts';
import type { CachePolicy } from '../hints/compilePolicy.ts';
import type { Stamp, TagView } from '../tags/createTagView.ts';
import type { Memory } from '../createMemory.ts';
import { wantsFresh } from '../wantsFresh.ts';
import { makeAnswer, type CachedAnswer } from './cachedAnswer.ts';
import type { SharedStore } from './createSharedStore.ts';
import { cacheHeaders } from './cacheHeaders.ts';
import { cacheKey } from './cacheKey.ts';

/** How a request was answered: the label of a metric. */
export type CacheOutcome = 'memory' | 'shared' | 'stale' | 'miss' | 'joined' | 'refresh' | 'stale_if_error' | 'bypass';

export type ResponseCacheOptions = Readonly<{
  view: TagView;
  memory: Memory<Kept>;
  /** Null: this gateway is alone. */
  shared: SharedStore | null;
  /** Names of client headers that subgraphs may answer differently for. */
  propagated: readonly string[];
  staleWhileRevalidateSeconds: number;
  staleIfErrorSeconds: number;
  /** How long the memory is believed before the shared cache is asked again. */
  memorySeconds: number;
  mostEntryBytes: number;
  /** How long others wait for the one who fetches. */
  waitMs?: number;
  observe: (outcome: CacheOutcome) => void;
  now?: () => number;
}>;

/** An answer in the memory of this gateway. */
export type Kept = Readonly<{ answer: CachedAnswer; until: number }>;

type Execute = (signal?: null) => Promise<Answered>;
type Outcome = Readonly<{ answered: Answered; answer: CachedAnswer | null }>;
type Asked = Readonly<{ ready: Ready; policy: CachePolicy; key: string; context: RequestContext; execute: Execute }>;

/** How long the right to fetch for everybody lasts, should its owner die. */
const lockMs = 10_000;
const pollMs = 20;
/** A process that was too busy to look in time has not waited: it looks so often before it gives up. */
const fewestLooks = 20;

/**
 * Answers from what is known. Fresh answers come from the memory of this gateway (without a promise to wait for), then
 * from Redis; too old ones for a while yet while one gateway fetches anew, and for longer when that fails. Nothing
 * that a bump has invalidated is ever served, however fresh or however much in need.
 */
export const createResponseCache = (options: ResponseCacheOptions): NonNullable<Steps['respond']> => {
  const { view, memory, shared, observe, waitMs = 2_000, now = Date.now } = options;
  const flights = new Map<string, Promise<Outcome>>();
  const refreshing = new Set<string>();

  const ageOf = ({ storedAt }: CachedAnswer): number => Math.max(now() - storedAt, 0) / 1_000;
  const isFresh = (answer: CachedAnswer): boolean => ageOf(answer) < answer.maxAge;
  const isUsable = (answer: CachedAnswer, seconds: number): boolean => ageOf(answer) < answer.maxAge + seconds;

  const keep = (key: string, answer: CachedAnswer): void => {
    // Alone, there is nobody to ask again.
    const until = shared === null ? Infinity : now() + options.memorySeconds * 1_000;
    memory.set(key, { answer, until }, answer.body.length + answer.surrogateKey.length);
  };

  const serve = (asked: Asked, answer: CachedAnswer): Answered => {
    Object.assign(asked.context.responseHeaders, cacheHeaders(answer, ageOf(answer), asked, options));
    return { status: 200, body: answer.body, code: null };
  };

  /** What Redis has, if it still holds. */
  const fromShared = async (key: string): Promise<CachedAnswer | null> => {
    const found = await shared?.get(hashed(key));
    if (!found) return null;
    const stamp = await view.verify(found, found.tags).catch(() => null);
    if (stamp === null) return null;
    const answer = { ...found, ...stamp };
    keep(key, answer);
    return answer;
  };

  const store = async (key: string, answer: CachedAnswer): Promise<void> => {
    keep(key, answer);
    const seconds = answer.maxAge + Math.max(options.staleWhileRevalidateSeconds, options.staleIfErrorSeconds);
    await shared?.put(hashed(key), answer, seconds);
  };

  /** Executes, and keeps the answer if it may be kept. The stamp is taken first: see createTagView. */
  const fetch = async ({ key, policy, execute }: Asked): Promise<Outcome & { stored: Promise<void> }> => {
    const stamp = view.stamp() ?? (await view.stampSoon());
    const answered = await execute(null);
    const { tags } = answered;
    const body = typeof answered.body === 'string' ? Buffer.from(answered.body) : answered.body;
    if (stamp === null || !tags || answered.code !== null || body.length > options.mostEntryBytes) {
      return { answered, answer: null, stored: Promise.resolve() };
    }
    const storedAt = now();
    // Of what was kept already, a part of its time is over.
    const left = Math.floor(((answered.freshUntil ?? Infinity) - storedAt) / 1_000);
    const maxAge = Math.min(policy.maxAge, left);
    if (maxAge <= 0) return { answered, answer: null, stored: Promise.resolve() };
    const answer = makeAnswer(body, { ...stamp, tags, storedAt, maxAge });
    // What was invalidated meanwhile must not take the place of what is newer.
    if (!(await view.holdsSoon(answer))) return { answered, answer: null, stored: Promise.resolve() };
    return { answered, answer, stored: store(key, answer) };
  };

  /** One gateway fetches, the others wait for what it keeps; but not for ever. */
  const fetchForAll = async (asked: Asked, { good }: Stamp, anew: boolean): Promise<Outcome> => {
    const { key } = asked;
    const deadline = now() + waitMs;
    let older = memory.get(key)?.answer ?? null;
    let lock = null;
    for (let look = 0; shared !== null && !anew; look++) {
      const found = await fromShared(key);
      if (found !== null && isUsable(found, options.staleWhileRevalidateSeconds)) {
        observe('shared');
        return { answered: { status: 200, body: found.body, code: null }, answer: found };
      }
      older = found ?? older;
      // With the lock there is one look more: the one before may have come just before another's answer did.
      if (lock !== null) break;
      // Nor here for one who began before a bump, in whatever gateway.
      lock = await shared.lock(`${hashed(key)}:${good}`, lockMs);
      if (lock !== null) continue;
      if (now() > deadline && look >= fewestLooks) break;
      await sleep(pollMs);
    }
    try {
      const fetched = await fetch(asked);
      observe('miss');
      if (lock !== null) void fetched.stored.then(lock.release);
      lock = null;
      if (fetched.answer === null && isOutage(fetched.answered) && older !== null && (await view.holdsSoon(older))) {
        if (isUsable(older, options.staleIfErrorSeconds)) {
          observe('stale_if_error');
          return { answered: fetched.answered, answer: older };
        }
      }
      return fetched;
    } finally {
      void lock?.release();
    }
  };

  /** Fetches anew while what is there is still served; one at a time, here and elsewhere. */
  const refresh = (asked: Asked): void => {
    const { key } = asked;
    if (refreshing.has(key)) return;
    refreshing.add(key);
    const work = async (): Promise<void> => {
      const found = await fromShared(key);
      if (found !== null && isFresh(found)) return;
      const lock = shared === null ? undefined : await shared.lock(hashed(key), lockMs);
      if (lock === null) return;
      try {
        const fetched = await fetch(asked);
        observe('refresh');
        await fetched.stored;
      } finally {
        await lock?.release();
      }
    };
    work()
      .catch((error: unknown) => logOf(asked.context).warn({ err: error }, 'an answer could not be refreshed'))
      .finally(() => refreshing.delete(key));
  };

  const fromMemory = (asked: Asked): Answered | null => {
    const kept = memory.get(asked.key);
    if (kept === undefined || !view.holds(kept.answer)) return null;
    const { answer, until } = kept;
    if (isFresh(answer)) {
      if (now() >= until) return null;
      observe('memory');
      return serve(asked, answer);
    }
    if (!isUsable(answer, options.staleWhileRevalidateSeconds)) return null;
    observe('stale');
    refresh(asked);
    return serve(asked, answer);
  };

  const miss = async (asked: Asked, anew: boolean): Promise<Answered> => {
    const stamp = view.stamp() ?? (await view.stampSoon());
    if (stamp === null) {
      observe('bypass');
      return uncached(asked.context, await asked.execute());
    }
    const there = anew ? null : fromMemory(asked);
    if (there !== null) return there;
    // Whoever comes after a bump does not wait for what was begun before it.
    const key = `${stamp.memory} ${stamp.good} ${asked.key}`;
    let flight = anew ? undefined : flights.get(key);
    if (flight === undefined) {
      const begun = fetchForAll(asked, stamp, anew);
      const end = (): void => {
        if (flights.get(key) === begun) flights.delete(key);
      };
      begun.then(end, end);
      flights.set(key, begun);
      flight = begun;
    } else observe('joined');
    const { answered, answer } = await flight;
    if (answer === null || !view.holds(answer)) return uncached(asked.context, answered);
    if (!isFresh(answer)) refresh(asked);
    return serve(asked, answer);
  };

  const mutate = async (context: RequestContext, execute: Execute): Promise<Answered> => {
    // To its end, whether its client waits or not: what it has changed must be known.
    const answered = await execute(null);
    await view.bump(answered.tags ?? []);
    return uncached(context, answered);
  };

  return (ready, context, execute) => {
    const { caching, operation } = ready.prepared;
    if (caching === null) return execute();
    if (operation.operation === 'mutation') return mutate(context, execute);
    const { policy } = caching;
    if (policy.maxAge === 0) return execute().then((answered) => uncached(context, answered));

    const key = cacheKey(caching, ready.variables, context);
    const asked: Asked = { ready, policy, key, context, execute };
    if (wantsFresh(context)) return miss(asked, true);
    return fromMemory(asked) ?? miss(asked, false);
  };
};

const hashed = (key: string): string => createHash('sha256').update(key).digest('base64url');

const uncached = (context: RequestContext, answered: Answered): Answered => {
  context.responseHeaders['cache-control'] = 'no-store';
  // Who has joined another's execution says in its own log how that ended.
  if (answered.code !== null) context.observed.outcome = answered.code;
  return answered;
};

/** Whether an answer has errors because something could not be reached, and not because it was refused. */
const isOutage = ({ status, code }: Answered): boolean =>
  status >= 500 ||
  code === 'SUBGRAPH_UNAVAILABLE' ||
  code === 'DATABASE_UNAVAILABLE' ||
  code === 'INTERNAL_SERVER_ERROR';
