import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createFuse } from './fuse.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

test('a fuse burns once when its time is over, unless it is lit anew or stopped', () => {
  const burn = jest.fn();
  const fuse = createFuse(10_000, burn);
  fuse.light();
  jest.advanceTimersByTime(9_000);
  fuse.light();
  jest.advanceTimersByTime(9_000);
  expect(burn).not.toHaveBeenCalled();
  jest.advanceTimersByTime(60_000);
  expect(burn).toHaveBeenCalledTimes(1);
  fuse.light();
  jest.advanceTimersByTime(9_000);
  fuse.stop();
  jest.advanceTimersByTime(60_000);
  expect(burn).toHaveBeenCalledTimes(1);
});

test('who slept for longer than that first hears what came meanwhile', () => {
  const burn = jest.fn();
  const fuse = createFuse(10_000, burn);
  fuse.light();
  // Awake again: one timer is due, and behind it what came.
  jest.runOnlyPendingTimers();
  fuse.light();
  jest.advanceTimersByTime(9_000);
  expect(burn).not.toHaveBeenCalled();
});
