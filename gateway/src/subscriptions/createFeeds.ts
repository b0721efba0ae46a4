import { createFeed, type Feed, type FeedOptions, type FeedPlan, type FeedStart, type Listener } from './createFeed.ts';

/** The feeds of one key, and what they have in common. */
export type FeedGroup<Shared> = Readonly<{ feeds: ReadonlySet<Feed>; shared: Shared }>;

/** What is running, by what makes subscriptions the same. */
export type Feeds<Shared> = Readonly<{
  /**
   * Joins a feed that can serve this, or makes one.
   *
   * @param make what the feeds of this key have in common, for the first of them
   * @returns how to leave
   */
  join: (key: string, start: FeedStart, listener: Listener, make: () => Shared) => () => void;
  groups: () => Iterable<FeedGroup<Shared>>;
  count: () => number;
}>;

/**
 * Feeds by key. Most keys have one: who comes back with a cursor that it remembers, joins it. Who comes from further
 * back gets a feed of their own (shared with all who come from the same place) until that has caught up; then its
 * listeners move to another live one.
 */
export const createFeeds = <Shared>(
  options: Omit<FeedOptions, 'plan' | 'start' | 'onEnd' | 'onProgress'> &
    Readonly<{ planOf: (shared: Shared) => FeedPlan }>,
): Feeds<Shared> => {
  const byKey = new Map<string, { feeds: Set<Feed>; shared: Shared }>();
  let count = 0;

  const merge = (feeds: ReadonlySet<Feed>): void => {
    if (feeds.size < 2) return;
    for (const feed of feeds) {
      if (!feed.isLive()) continue;
      for (const other of feeds) if (other !== feed && other.isLive() && feed.moveTo(other)) break;
    }
  };

  return {
    join: (key, start, listener, make) => {
      const group = byKey.get(key) ?? { feeds: new Set<Feed>(), shared: make() };
      const { feeds } = group;
      const leave = (): void => {
        for (const feed of feeds) feed.detach(listener);
      };
      // A snapshot is of the moment: it is not shared.
      if (!start.snapshot) for (const feed of feeds) if (feed.attach(listener, start.cursor)) return leave;
      const feed = createFeed({
        ...options,
        start,
        plan: options.planOf(group.shared),
        onProgress: () => merge(feeds),
        onEnd: () => {
          if (!feeds.delete(feed)) return;
          count -= 1;
          if (feeds.size === 0 && byKey.get(key) === group) byKey.delete(key);
        },
      });
      feeds.add(feed);
      count += 1;
      byKey.set(key, group);
      feed.attach(listener, start.cursor);
      return leave;
    },
    groups: () => byKey.values(),
    count: () => count,
  };
};
