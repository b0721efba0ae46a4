/** Counts work that is under way, so that what it needs is only taken away when it is over. */
export type Drain = Readonly<{
  watch: <Value>(work: Promise<Value>) => Promise<Value>;
  /** Resolved when nothing is under way. */
  idle: () => Promise<void>;
}>;

export const createDrain = (): Drain => {
  let running = 0;
  let waiting: (() => void)[] = [];
  return {
    watch: async (work) => {
      running += 1;
      try {
        return await work;
      } finally {
        running -= 1;
        if (running === 0) {
          for (const resolve of waiting) resolve();
          waiting = [];
        }
      }
    },
    idle: () => (running === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
};
