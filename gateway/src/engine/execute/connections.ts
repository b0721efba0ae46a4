/** One POST, as it goes over a connection. */
export type WireRequest = Readonly<{ path: string; method: 'POST'; headers: Record<string, string>; body: string }>;

export type WireHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** How a request can be ended before its answer is there. */
export type WireControl = Readonly<{ abort: (reason: Error) => void }>;

/** Told of what happens to one request; the names are undici's, so that its pools can be used as they are. */
export type WireHandler = Readonly<{
  /** It is about to be sent. Not called for one that fails before. */
  onRequestStart: (control: WireControl) => void;
  onResponseStart: (control: unknown, status: number, headers: WireHeaders) => void;
  onResponseData: (control: unknown, chunk: Buffer) => void;
  onResponseEnd: () => void;
  onResponseError: (control: unknown, error: Error) => void;
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
