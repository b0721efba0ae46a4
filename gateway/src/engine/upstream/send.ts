/** One request to a subgraph, with what decides whether it may be repeated and where it goes. */
export type UpstreamRequest = Readonly<{
  subgraph: string;
  kind: 'query' | 'mutation' | 'subscription';
  url: URL;
  headers: Record<string, string>;
  body: string;
  /** Who asks; null for somebody who is not signed in. Keeps a person on one version of a subgraph. */
  user: string | null;
  /** What the client's header `X-Canary` says; null when it says nothing. */
  canary: boolean | null;
  /** The root fields of a mutation, as the schema names them, and the key that makes a repetition harmless. */
  mutation?: Readonly<{ fields: readonly string[]; idempotencyKey: string | null }> | undefined;
  /** Set by canary routing. Each target has a breaker of its own. */
  target?: 'canary' | undefined;
}> & {
  /** Told of an error that nobody could catch, since it was thrown at a socket or a timer. Set by the guard. */
  failed?: ((thrown: unknown) => void) | undefined;
};

/** What a wrapper reads of an answer beside its text. */
export type UpstreamResponse = Readonly<{ status: number; retryAfter: string | undefined }> & {
  /** Set when the text is known to hold nothing but ASCII. */
  ascii?: boolean;
};

/** How it ended: the answer's text whatever its status, or why there is none. */
export type UpstreamAnswered = (error: Error | null, text: string, response?: UpstreamResponse) => void;

/**
 * Gives a request up; `answered` is not called any more. With `late` the subgraph is to blame, which took too long;
 * without it nobody is, since whoever asked is gone.
 */
export type GiveUp = (reason?: 'late') => void;

/** Sends a request. `answered` is called at most once, and never before `send` has returned. */
export type Send = (request: UpstreamRequest, answered: UpstreamAnswered) => GiveUp;

/** Adds one behaviour to sending. What it makes can be wrapped again. */
export type Wrapper = (send: Send) => Send;

/** A header's word on canaries; anything but `true` and `false` says nothing. */
export const readCanaryHeader = (value: string | readonly string[] | undefined): boolean | null =>
  value === 'true' ? true : value === 'false' ? false : null;
