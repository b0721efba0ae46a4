/** Lets one loop wait for news; news that comes while it is busy is not lost. */
export type Latch = Readonly<{
  notify: () => void;
  /** Resolves at the next news (at once, when there was some since the last wait), after `ms`, or on abort. */
  wait: (ms: number, signal: AbortSignal) => Promise<void>;
}>;

/** A latch without news. By hand, for AbortSignal.any would leave something on a long-lived signal at every wait. */
export function createLatch(): Latch {
  let news = false;
  let wakeUp: (() => void) | undefined;
  return {
    notify: () => {
      news = true;
      wakeUp?.();
    },
    wait: (ms, signal) =>
      new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', end);
          wakeUp = undefined;
          news = false;
          resolve();
        };
        const timer = setTimeout(end, ms);
        signal.addEventListener('abort', end);
        wakeUp = end;
        if (news || signal.aborted) end();
      }),
  };
}
