import type { Clock } from './clock.ts';

/** Bounds what is sent beyond what was asked for. Retries and hedged requests of a subgraph spend the same budget. */
export type RetryBudget = Readonly<{
  /** Counts a request that somebody asked for. */
  earn: () => void;
  /** Takes one extra request out of the budget; false when there is none left. */
  spend: () => boolean;
}>;

export type RetryBudgetOptions = Readonly<{
  /** Extra requests for each request of the window: 0.2 is one for five. */
  ratio: number;
  /** So many extra requests a window are free, or a quiet subgraph could never be asked twice. */
  minimum: number;
  windowSeconds: number;
}>;

const slices = 10;

/** Counts in slices of the window, so that it slides without remembering every request. */
export const createRetryBudget = ({ ratio, minimum, windowSeconds }: RetryBudgetOptions, clock: Clock): RetryBudget => {
  const sliceMs = (windowSeconds * 1000) / slices;
  const asked = new Array<number>(slices).fill(0);
  const extra = new Array<number>(slices).fill(0);
  let current = Math.floor(clock.now() / sliceMs);

  const place = (): number => {
    const now = Math.floor(clock.now() / sliceMs);
    const passed = Math.min(now - current, slices);
    for (let step = 1; step <= passed; step++) {
      asked[(current + step) % slices] = 0;
      extra[(current + step) % slices] = 0;
    }
    current = now;
    return now % slices;
  };

  return {
    earn: () => {
      const slice = place();
      asked[slice] = (asked[slice] ?? 0) + 1;
    },
    spend: () => {
      const slice = place();
      if (sum(extra) + 1 > minimum + sum(asked) * ratio) return false;
      extra[slice] = (extra[slice] ?? 0) + 1;
      return true;
    },
  };
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
