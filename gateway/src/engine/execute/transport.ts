import { isAscii } from 'node:buffer';
import { Pool, type Dispatcher } from 'undici';
import type { UpstreamResponse } from '../upstream/send.ts';

/** One request to a subgraph. */
export type Outgoing = Readonly<{ url: URL; headers: Record<string, string>; body: string }>;

/** How it ended: the answer's text whatever its status, or why there is none. */
export type Answered = (error: Error | null, text: string, response?: UpstreamResponse) => void;

/** Sends requests to subgraphs over connections that are kept. */
export type Transport = Readonly<{
  /** Calls `answered` once, unless the returned function was called before: it gives the request up. */
  send: (outgoing: Outgoing, answered: Answered) => () => void;
  /** Ends when every request is over. */
  close: () => Promise<void>;
}>;

export type TransportOptions = Readonly<{
  connectSeconds: number;
  /** The whole exchange must be over within this time; then it is aborted. */
  timeoutSeconds: number;
  /** To each origin. */
  connections: number;
}>;

/** HTTP/1.1 on one undici pool for each origin. */
export const createTransport = ({ connectSeconds, timeoutSeconds, connections }: TransportOptions): Transport => {
  const pools = new Map<string, Pool>();
  const poolOf = ({ origin }: URL): Pool => {
    const known = pools.get(origin);
    if (known !== undefined) return known;
    const pool = new Pool(origin, {
      connections,
      connect: { timeout: connectSeconds * 1000 },
      // One clock for the whole exchange, below.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    pools.set(origin, pool);
    return pool;
  };

  return {
    send: ({ url, headers, body }, answered) => {
      const chunks: Buffer[] = [];
      let controller: Dispatcher.DispatchController | undefined;
      let over = false;
      let response: UpstreamResponse | undefined;
      const end = (error: Error | null, text: string) => {
        if (over) return;
        over = true;
        clearTimeout(timer);
        answered(error, text, response);
      };
      const timer = setTimeout(() => {
        const late = new Error(`No answer within ${timeoutSeconds} seconds.`);
        controller?.abort(late);
        end(late, '');
      }, timeoutSeconds * 1000);

      // A pool may refuse at once, before the caller knows how to give up.
      const failed = (error: Error) => queueMicrotask(() => end(error, ''));
      poolOf(url).dispatch(
        { path: url.pathname + url.search, method: 'POST', headers, body },
        {
          onRequestStart: (given) => {
            if (over) given.abort(new Error('Given up before it was sent.'));
            else controller = given;
          },
          onResponseStart: (_controller, status, { 'retry-after': retryAfter }) => {
            response = { status, retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter };
          },
          onResponseData: (_controller, chunk) => void chunks.push(chunk),
          onResponseEnd: () => {
            const [first] = chunks;
            const bytes = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
            const ascii = isAscii(bytes);
            if (ascii && response !== undefined) response = { ...response, ascii };
            // The same text either way; without decoding it is a copy of bytes.
            end(null, bytes.toString(ascii ? 'latin1' : 'utf8'));
          },
          onResponseError: (_controller, error) => failed(error),
        },
      );
      return () => {
        if (over) return;
        over = true;
        clearTimeout(timer);
        controller?.abort(new Error('Nobody waits for the answer.'));
      };
    },
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
};
