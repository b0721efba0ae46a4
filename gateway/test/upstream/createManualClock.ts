import type { Clock } from '../../src/engine/upstream/clock.ts';

export type ManualClock = Clock &
  Readonly<{
    advance: (milliseconds: number) => void;
    /** Waits until so many timers are set, then lets the time of the earliest come. Returns how long that was, in ms. */
    fireNext: (pending?: number) => Promise<number>;
    pending: () => number;
  }>;

/** Time that passes only when a test says so. */
export const createManualClock = (): ManualClock => {
  const timers = new Set<{ at: number; then: () => void }>();
  let now = 0;
  const advance = (milliseconds: number): void => {
    now += milliseconds;
    for (const timer of [...timers].toSorted((one, other) => one.at - other.at)) {
      if (timer.at <= now && timers.delete(timer)) timer.then();
    }
  };
  return {
    now: () => now,
    date: () => Date.parse('2026-01-01T00:00:00Z') + now,
    after: (milliseconds, then) => {
      const timer = { at: now + milliseconds, then };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance,
    fireNext: async (pending = 1) => {
      while (timers.size < pending) await new Promise((resolve) => setTimeout(resolve, 1));
      const wait = Math.min(...[...timers].map(({ at }) => at)) - now;
      advance(wait);
      return wait;
    },
    pending: () => timers.size,
  };
};
