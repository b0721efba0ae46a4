/** Counts work that is under way, so that what it needs is only taken away when it is over. */
export type Drain = Readonly<{
  watch: <Work>(work: Work) => Work;
  /** Under way until the last item is taken, or nobody takes any more. */
  watchAll: <Item>(items: AsyncIterable<Item>) => AsyncIterable<Item>;
  /** Resolved when nothing is under way. */
  idle: () => Promise<void>;
}>;

export const createDrain = (): Drain => {
  let running = 0;
  let waiting: (() => void)[] = [];
  const over = (): void => {
    running -= 1;
    if (running > 0) return;
    for (const resolve of waiting) resolve();
    waiting = [];
  };
  return {
    watch: (work) => {
      // What is over already was never under way.
      if (!(work instanceof Promise)) return work;
      running += 1;
      work.then(over, over);
      return work;
    },
    watchAll: async function* (items) {
      // When the first item is asked for: what is never begun never ends.
      running += 1;
      try {
        yield* items;
      } finally {
        over();
      }
    },
    idle: () => (running === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
};
