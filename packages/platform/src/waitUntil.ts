import { setTimeout as sleep } from 'node:timers/promises';

export type WaitOptions = Readonly<{
  /** What is waited for, as it ends the sentence "Timed out waiting for ...". */
  what: string;
  timeoutMs: number;
  everyMs?: number;
  /** Asked between the attempts; a reason ends the wait at once (the process died). */
  hopeless?: () => string | undefined;
}>;

/** Repeats `attempt` until it does not throw, and returns what it returned. Throws the last error with the reason. */
export const waitUntil = async <T>(attempt: () => Promise<T>, options: WaitOptions): Promise<T> => {
  const deadline = Date.now() + options.timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const reason = options.hopeless?.();
      if (reason !== undefined) throw new Error(reason, { cause: error });
      if (Date.now() > deadline) throw new Error(`Timed out waiting for ${options.what}.`, { cause: error });
      await sleep(options.everyMs ?? 50);
    }
  }
};
