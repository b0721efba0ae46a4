import { setTimeout as delay } from 'node:timers/promises';

/** Resolves after the time, or at once when the signal is aborted: an ending waits for nothing. */
export const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
  await delay(ms, undefined, { signal }).catch(() => undefined);
};

/** Doubles from `first` to at most `most` milliseconds; attempts count from 1. */
export const exponential = (attempt: number, first: number, most: number): number =>
  Math.min(most, first * 2 ** Math.min(attempt - 1, 20));
