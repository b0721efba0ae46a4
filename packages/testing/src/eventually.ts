import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Repeats an assertion until it holds, and returns what it returned. For what happens by itself, some time later.
 * Throws the assertion's last error when the time is over: a limit, not an expectation.
 */
export const eventually = async <T>(
  assertion: () => T | Promise<T>,
  { timeoutMs = 60_000, everyMs = 50 }: Readonly<{ timeoutMs?: number; everyMs?: number }> = {},
): Promise<T> => {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(everyMs);
    }
  }
};
