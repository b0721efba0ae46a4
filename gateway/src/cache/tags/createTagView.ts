import type { Moment, TagNews, TagStore } from './createTagStore.ts';

/** When an entry was known to be true: at `good`, in one memory of the tags. */
export type Stamp = Readonly<{ memory: number; good: number }>;

/** Something that is true until one of its tags is bumped. */
export type Tagged = Stamp &
  Readonly<{ tags: readonly string[] }> & {
    /** The view's clock when it was last found true; so that nothing is looked up while nothing happens. */
    checked: number;
  };

/** What one gateway knows of the tags. */
export type TagView = Readonly<{
  /**
   * A stamp for what is fetched from now on; null when this gateway does not know well enough what is bumped. It is
   * taken BEFORE the fetch: a bump that comes while it is under way makes the entry worthless.
   */
  stamp: () => Stamp | null;
  /**
   * The same, but asks Redis first if the view is not current only because this process was too busy to ask. What was
   * asked after this call counts however late the answer is seen: whoever waits for it began before.
   */
  stampSoon: () => Promise<Stamp | null>;
  /** Whether an entry may be used. Never, while the view is older than its lease. */
  holds: (entry: Tagged) => boolean;
  /** The same, and asks Redis first as `stampSoon` does. */
  holdsSoon: (entry: Tagged) => Promise<boolean>;
  /** Looks into Redis whether something is true that was stamped before this view began. Null: it is not. */
  verify: (stamp: Stamp, tags: readonly string[]) => Promise<Stamp | null>;
  /**
   * Invalidates. Resolves once Redis has it and this gateway acts upon it; the others follow within the lease. When
   * Redis does not take it, this gateway uses no cache until it does, and keeps trying.
   */
  bump: (tags: readonly string[]) => Promise<void>;
  /** The same for those who try again themselves. @throws when Redis does not take it */
  bumpSurely: (tags: readonly string[]) => Promise<void>;
  /** There may be news. */
  wake: () => void;
  /** Follows the news until it is stopped. */
  start: () => void;
  stop: () => Promise<void>;
  /** What this gateway has acknowledged: it serves nothing that was invalidated at this clock or before. */
  acknowledged: () => Moment | null;
}>;

export type TagViewOptions = Readonly<{
  store: TagStore;
  log: Readonly<{ warn: (details: object, message: string) => void; info: (details: object, message: string) => void }>;
  /** How long what is known counts as current, in milliseconds. */
  leaseMs?: number;
  /** How often Redis is asked when nobody wakes the view. */
  everyMs?: number;
  /** Milliseconds that never go back. */
  now?: () => number;
  /** Is called when anything was invalidated. */
  onNews?: () => void;
  /** Bumps that are remembered here; with more, all entries are given up. */
  remember?: number;
}>;

export const createTagView = ({
  store,
  log,
  leaseMs = 1_000,
  everyMs = 200,
  now = () => performance.now(),
  onNews = () => {},
  remember = 100_000,
}: TagViewOptions): TagView => {
  let memory = 0;
  let clock = 0;
  /** What is stamped earlier is not known to be true: its bumps may have been missed. */
  let floor = 0;
  const bumps = new Map<string, number>();
  /** When the last exchange began that was answered. */
  let askedAt = -Infinity;
  /** Bumps that Redis did not take: each call's for itself, so that paying one does not pay the next. */
  const owed = new Set<readonly string[]>();

  /** @param since what was asked from then on is good enough, however long ago that is by now */
  const isCurrent = (since = Infinity): boolean => owed.size === 0 && (now() - askedAt < leaseMs || askedAt >= since);

  const restart = (news: Moment): void => {
    memory = news.memory;
    clock = news.clock;
    floor = news.clock;
    bumps.clear();
  };

  const take = (news: TagNews, begun: number): void => {
    // Answers may overtake each other; what is older than what is known says nothing.
    if (news.memory < memory) return;
    const before = clock;
    if (news.memory > memory) restart(news);
    else if (news.since === null) {
      if (news.clock >= clock) restart(news);
    } else {
      for (const { tag, clock: at } of news.since) if (at > (bumps.get(tag) ?? 0)) bumps.set(tag, at);
      if (news.clock > clock) clock = news.clock;
      if (bumps.size > remember) restart({ memory, clock });
    }
    askedAt = Math.max(askedAt, begun);
    if (clock !== before) onNews();
  };

  const exchange = async (bump: readonly string[] = [], look: readonly string[] = []): Promise<TagNews> => {
    const begun = now();
    const news = await store.exchange({ memory, clock }, bump, look);
    take(news, begun);
    return news;
  };

  let away = false;
  /** Asks for news, and pays what is owed. */
  const catchUp = async (): Promise<void> => {
    const paying = [...owed];
    try {
      await exchange(paying.flat());
      for (const bump of paying) owed.delete(bump);
      if (away) log.info({}, 'the cache is used again');
      away = false;
    } catch (error) {
      if (!away) log.warn({ err: error }, 'the tags of the cache are out of reach, so it is not used');
      away = true;
    }
  };

  let running: Promise<void> | null = null;
  let again = false;
  const wake = (): void => {
    if (stopped) return;
    if (running !== null) {
      again = true;
      return;
    }
    running = catchUp().finally(() => {
      running = null;
      if (again) {
        again = false;
        wake();
      }
    });
  };
  const stamp = (since?: number): Stamp | null => (isCurrent(since) ? { memory, good: clock } : null);

  /** Asks Redis unless that is not needed; not when it is away, which is tried again anyway. */
  const askAgain = async (since: number): Promise<void> => {
    // What is under way may have begun before.
    for (let attempt = 0; attempt < 2 && !isCurrent(since) && !away && !stopped; attempt++) {
      wake();
      await running;
    }
  };

  const isTrue = (entry: Tagged): boolean => {
    if (entry.memory !== memory || entry.good < floor) return false;
    if (entry.checked === clock) return true;
    for (const tag of entry.tags) if ((bumps.get(tag) ?? 0) > entry.good) return false;
    entry.checked = clock;
    return true;
  };

  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  return {
    stamp: () => stamp(),
    stampSoon: async () => {
      const since = now();
      await askAgain(since);
      return stamp(since);
    },
    holds: (entry) => isCurrent() && isTrue(entry),
    holdsSoon: async (entry) => {
      const since = now();
      await askAgain(since);
      return isCurrent(since) && isTrue(entry);
    },
    verify: async (stamp, tags) => {
      // What happened since this view began, it knows by itself.
      if (isCurrent() && stamp.memory === memory && stamp.good >= floor) {
        return tags.some((tag) => (bumps.get(tag) ?? 0) > stamp.good) ? null : stamp;
      }
      const news = await exchange([], tags);
      if (owed.size > 0 || news.memory !== stamp.memory || stamp.good < news.floor) return null;
      return news.values.some((value) => value > stamp.good) ? null : { memory: news.memory, good: news.clock };
    },
    bump: async (tags) => {
      if (tags.length === 0) return;
      try {
        await exchange(tags);
      } catch (error) {
        owed.add(tags);
        log.warn({ err: error, tags }, 'an invalidation has not reached Redis: it is tried again');
      }
    },
    bumpSurely: async (tags) => {
      if (tags.length > 0) await exchange(tags);
    },
    wake,
    start: () => {
      timer ??= setInterval(wake, everyMs).unref();
      wake();
    },
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await running;
    },
    acknowledged: () => (isCurrent() ? { memory, clock } : null),
  };
};
