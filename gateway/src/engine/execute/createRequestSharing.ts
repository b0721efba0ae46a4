import { createCancellation, type Cancellation } from './cancellation.ts';

/** Lets identical requests that are in flight at the same time be one execution. */
export type RequestSharing<Value> = Readonly<{
  /**
   * Runs, or waits for the outcome of what runs under this key already.
   *
   * @param key everything that the outcome depends on
   * @param cancellation of this client: it stops waiting then, with a rejection
   * @param run its own is cancelled when the last client is gone
   */
  join: (
    key: string,
    cancellation: Cancellation | null,
    run: (cancellation: Cancellation) => Promise<Value>,
  ) => Promise<Value>;
  /** Who comes from now on joins nothing that began before. */
  forget: () => void;
}>;

type Shared<Value> = { readonly outcome: Promise<Value>; readonly cancel: () => void; waiting: number };

/** Nothing is kept once the outcome is there: this is no cache. */
export const createRequestSharing = <Value>(): RequestSharing<Value> => {
  const inFlight = new Map<string, Shared<Value>>();

  const begin = (key: string, run: (cancellation: Cancellation) => Promise<Value>): Shared<Value> => {
    const cancellation = createCancellation();
    const shared: Shared<Value> = { outcome: run(cancellation), cancel: cancellation.cancel, waiting: 0 };
    inFlight.set(key, shared);
    const over = () => end(key, shared);
    shared.outcome.then(over, over);
    return shared;
  };
  const end = (key: string, shared: Shared<Value>): void => {
    // Another one may have begun under the key, since this one was forgotten.
    if (inFlight.get(key) === shared) inFlight.delete(key);
  };

  return {
    join: (key, cancellation, run) => {
      if (cancellation?.cancelled) return Promise.reject(new Error('The client is gone.'));
      const shared = inFlight.get(key) ?? begin(key, run);
      shared.waiting += 1;
      if (cancellation === null) return shared.outcome;
      return new Promise((resolve, reject) => {
        const leave = () => {
          shared.waiting -= 1;
          if (shared.waiting === 0) {
            end(key, shared);
            shared.cancel();
          }
          reject(new Error('The client is gone.'));
        };
        const stay = cancellation.onCancel(leave);
        shared.outcome.then(
          (value) => {
            stay();
            resolve(value);
          },
          (error: unknown) => {
            stay();
            reject(error instanceof Error ? error : new Error('The execution failed.', { cause: error }));
          },
        );
      });
    },
    forget: () => inFlight.clear(),
  };
};
