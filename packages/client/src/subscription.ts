import { codeOf, type Result, type ResultError } from './result.ts';
import type { Ending, Transport } from './transport.ts';

/** A subscription to make. */
export type Operation = Readonly<{
  query: string;
  operationName?: string;
  variables?: Readonly<Record<string, unknown>>;
  /** Where to go on, as kept from an earlier run; without it, it begins now. */
  cursor?: string;
  /** Whether to begin with the last event of everything that is followed. */
  snapshot?: boolean;
}>;

/** What becomes of it. None of them may throw. */
export type Handlers<Data> = Readonly<{
  /** One event. Keep `extensions.cursor` if you want to go on after the program has ended. */
  next: (result: Result<Data>) => void;
  /** It is over: what the server said, or the reason why it does not want us. */
  error: (reason: unknown) => void;
  /** It is over: the server has nothing more. */
  complete: () => void;
  /** From here on, what comes happens now; after an interruption, everything that was missed has arrived. */
  live?: () => void;
  /** The connection is gone; it is tried again. */
  interrupted?: (reason: unknown) => void;
  /** The event that `next` was told last came once more and was left out; for those who count. */
  repeated?: () => void;
  /**
   * Events were missed and cannot be had any more: the cursor has expired, or the service knows none. What follows
   * begins with a snapshot, if the service makes one. Without this handler it is an error.
   */
  gap?: (reason: unknown) => void;
}>;

export type Subscription = Readonly<{
  /** Ends it; no handler is called after that. */
  close: () => void;
  /** Where it would go on. */
  cursor: () => string | null;
}>;

/** Milliseconds before try n, from 0: longer each time, and not at the same moment as all others. */
export type BackOff = (n: number) => number;

const withoutPlace = new Set([
  'SUBSCRIPTION_CURSOR_EXPIRED',
  'SUBSCRIPTION_CURSOR_INVALID',
  'SUBSCRIPTION_NOT_RESUMABLE',
]);

/** Runs a subscription over as many attempts as it takes; each one goes on where the one before it stopped. */
export const runSubscription = <Data>(
  transport: Transport,
  { cursor: kept, snapshot: wanted, ...operation }: Operation,
  handlers: Handlers<Data>,
  backOff: BackOff,
): Subscription => {
  const leaving = new AbortController();
  const { signal } = leaving;
  let cursor: string | null = kept ?? null;
  let snapshot = wanted ?? false;
  let failures = 0;
  let resumable = true;

  const next = (result: Result<unknown>): void => {
    if (signal.aborted) return;
    failures = 0;
    const { extensions } = result;
    const place = extensions?.cursor;
    if (extensions?.resumable === false) resumable = false;
    const repeated = place !== undefined && place === cursor;
    if (place !== undefined) cursor = place;
    if (extensions?.live === true) {
      snapshot = false;
      handlers.live?.();
    } else if (repeated) handlers.repeated?.();
    else handlers.next(result as Result<Data>);
  };

  /** Whether to try again. */
  const takeUp = (ending: Ending): boolean => {
    if (ending.kind === 'complete') return over(() => handlers.complete());
    if (ending.kind === 'refused') return over(() => handlers.error(ending.reason));
    const reason = ending.kind === 'failed' ? ending.errors : ending.reason;
    const code = ending.kind === 'failed' ? codeOf(ending.errors) : undefined;
    const lostPlace = code !== undefined && withoutPlace.has(code);
    if (ending.kind === 'failed' && !lostPlace && !isPassing(ending.errors)) return over(() => handlers.error(reason));
    if (lostPlace || !resumable) {
      if (handlers.gap === undefined) return over(() => handlers.error(reason));
      handlers.gap(reason);
      cursor = null;
      snapshot = resumable && code !== 'SUBSCRIPTION_NOT_RESUMABLE';
      return true;
    }
    handlers.interrupted?.(reason);
    return true;
  };
  const over = (tell: () => void): false => {
    tell();
    return false;
  };

  const run = async (): Promise<void> => {
    for (;;) {
      const extensions = { cursor, ...(snapshot && cursor === null && { snapshot }) };
      const ending = await transport.run({ ...operation, extensions }, next, signal);
      if (signal.aborted || !takeUp(ending)) return;
      await pause(backOff(failures), signal);
      failures += 1;
      if (signal.aborted) return;
    }
  };
  void run();
  return { close: () => leaving.abort(), cursor: () => cursor };
};

/** May be over soon, and then it goes on: the server is restarting, or took us for too slow; a new token is asked for. */
const isPassing = (errors: readonly ResultError[]): boolean =>
  errors.some(
    ({ extensions }) => extensions?.['category'] === 'UNAVAILABLE' || extensions?.['code'] === 'TOKEN_EXPIRED',
  );

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
  });
