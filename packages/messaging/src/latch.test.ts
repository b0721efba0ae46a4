import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createLatch } from './latch.ts';

describe('a latch', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());
  const never = new AbortController().signal;
  const settled = async (waiting: Promise<void>): Promise<boolean> => {
    let done = false;
    void waiting.then(() => (done = true));
    await Promise.resolve();
    await Promise.resolve();
    return done;
  };

  test('wakes who waits', async () => {
    const latch = createLatch();
    const waiting = latch.wait(1_000, never);
    expect(await settled(waiting)).toBe(false);
    latch.notify();
    expect(await settled(waiting)).toBe(true);
  });

  test('keeps news for who comes later, once', async () => {
    const latch = createLatch();
    latch.notify();
    latch.notify();
    expect(await settled(latch.wait(1_000, never))).toBe(true);
    expect(await settled(latch.wait(1_000, never))).toBe(false);
  });

  test('ends a wait when its time is over, or when it is told to end', async () => {
    const latch = createLatch();
    const waiting = latch.wait(1_000, never);
    jest.advanceTimersByTime(1_000);
    expect(await settled(waiting)).toBe(true);

    const ending = new AbortController();
    const other = latch.wait(1_000, ending.signal);
    ending.abort();
    expect(await settled(other)).toBe(true);
    expect(await settled(latch.wait(1_000, ending.signal))).toBe(true);
    expect(jest.getTimerCount()).toBe(0);
  });
});
