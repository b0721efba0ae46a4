/** One POST, as it goes over a connection. */
export type WireRequest = Readonly<{ path: string; method: 'POST'; headers: Record<string, string>; body: string }>;

/** Names and values in turn, as they came. */
export type WireHeaders = readonly (Buffer | string)[];

/** Ends a request before its answer is there. */
export type Abort = (reason: Error) => void;

/**
 * Told of what happens to one request. Names and arguments are those that undici's connections call, so that nothing
 * stands between them and who is told: what undici offers above them reads every header of every answer.
 */
export type WireHandler = Readonly<{
  /** It is about to be sent. Not called for one that fails before. */
  onConnect: (abort: Abort) => void;
  /** @returns true: go on */
  onHeaders: (status: number, headers: WireHeaders) => boolean;
  /** @returns true: go on */
  onData: (chunk: Buffer) => boolean;
  onComplete: () => void;
  onError: (error: Error) => void;
}>;

/** Connections to one origin. Nothing that was sent is ever sent again: that is decided further up. */
export type Connections = Readonly<{
  dispatch: (request: WireRequest, handler: WireHandler) => unknown;
  /** Ends when every request is over; nothing may be dispatched any more. */
  close: () => Promise<void>;
}>;

export type ConnectionOptions = Readonly<{
  connectMs: number;
  /** How long a connection without requests is kept. */
  idleMs: number;
  /** At most, over HTTP/1.1. HTTP/2 needs one. */
  maximum: number;
  /** PEM of authorities that are trusted beside Node's. */
  ca: string | null;
}>;

/** The subgraph did not answer in time. */
export class LateError extends Error {
  override readonly name = 'LateError';
}
