import type { Result, ResultError } from './result.ts';

/** What is sent; `extensions` say where to go on. */
export type TransportRequest = Readonly<{
  query: string;
  operationName?: string;
  variables?: Readonly<Record<string, unknown>>;
  extensions: Readonly<{ cursor: string | null; snapshot?: boolean }>;
}>;

/** How one attempt ended. */
export type Ending =
  /** The server says that nothing follows. */
  | Readonly<{ kind: 'complete' }>
  /** The server says why nothing follows. */
  | Readonly<{ kind: 'failed'; errors: readonly ResultError[] }>
  /** The connection is gone, or could not be made. */
  | Readonly<{ kind: 'lost'; reason: unknown }>
  /** The server does not want this client, now or later. */
  | Readonly<{ kind: 'refused'; reason: unknown }>;

/**
 * Makes one attempt at a subscription and resolves when it is over; never rejects. Aborting the signal ends it.
 */
export type Transport = Readonly<{
  run: (request: TransportRequest, next: (result: Result<unknown>) => void, signal: AbortSignal) => Promise<Ending>;
  close: () => void;
}>;

/** The value of an access token for each attempt, as a new one may be needed. */
export type TokenSource = () => string | null | Promise<string | null>;
