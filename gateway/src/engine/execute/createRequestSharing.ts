import { createCancellation, type Cancellation } from './cancellation.ts';
import { createInFlight } from './createInFlight.ts';

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

type Shared<Value> = { readonly outcome: Promise<Value>; readonly giveUp: () => void; waiting: number };

export const createRequestSharing = <Value>(): RequestSharing<Value> => {
  const inFlight = createInFlight<Shared<Value>>();

  const begin = (run: (cancellation: Cancellation) => Promise<Value>, end: () => void): Shared<Value> => {
    const cancellation = createCancellation();
    const outcome = run(cancellation);
    outcome.then(end, end);
    const giveUp = () => {
      end();
      cancellation.cancel();
    };
    return { outcome, giveUp, waiting: 0 };
  };

  return {
    join: (key, cancellation, run) => {
      if (cancellation?.cancelled) return Promise.reject(new Error('The client is gone.'));
      const shared = inFlight.join(key, (end) => begin(run, end));
      shared.waiting += 1;
      if (cancellation === null) return shared.outcome;
      return new Promise((resolve, reject) => {
        const leave = () => {
          shared.waiting -= 1;
          if (shared.waiting === 0) shared.giveUp();
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
    forget: inFlight.forget,
  };
};
