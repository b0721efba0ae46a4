import { afterAll, beforeAll, jest } from '@jest/globals';

/** What a test has of the date while it stands still. */
export type StandingDate = Readonly<{ pass: (seconds: number) => void }>;

/**
 * For all tests of a file the date stands still unless one of them says otherwise, so that nothing grows old because a
 * machine is slow. Only `Date` does: timers and `performance` go on, and so do Redis and its expiries.
 */
export const standingDate = (): StandingDate => {
  beforeAll(() => {
    jest.useFakeTimers({
      doNotFake: [
        ...(['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const),
        ...(['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] as const),
      ],
    });
  });
  afterAll(() => void jest.useRealTimers());
  return { pass: (seconds) => void jest.setSystemTime(Date.now() + seconds * 1_000) };
};
