import { pause } from './pause.ts';

/** Lets one loop wait for news; news that comes while it is busy is not lost. */
export type Latch = Readonly<{
  notify: () => void;
  /** Resolves at the next news (at once, when there was some since the last wait), after `ms`, or on abort. */
  wait: (ms: number, signal: AbortSignal) => Promise<void>;
}>;

/** A latch without news. */
export function createLatch(): Latch {
  let news = new AbortController();
  return {
    notify: () => news.abort(),
    wait: async (ms, signal) => {
      if (!news.signal.aborted) await pause(ms, AbortSignal.any([signal, news.signal]));
      if (news.signal.aborted) news = new AbortController();
    },
  };
}
