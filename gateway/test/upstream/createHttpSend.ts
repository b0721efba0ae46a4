import { types } from 'node:util';
import { Agent, request } from 'undici';
import type { Send, UpstreamRequest, UpstreamResponse } from '../../src/engine/upstream/send.ts';

/** The plainest transport there can be: one undici agent, one clock for the whole exchange. */
export const createHttpSend = ({ timeoutMs = 30_000 } = {}): { send: Send; close: () => Promise<void> } => {
  const dispatcher = new Agent();
  return {
    send: ({ url, headers, body }, answered) => {
      const given = new AbortController();
      let over = false;
      void (async () => {
        let error: Error | null = null;
        let text = '';
        let response: UpstreamResponse | undefined;
        try {
          const signal = AbortSignal.any([given.signal, AbortSignal.timeout(timeoutMs)]);
          const answer = await request(url, { method: 'POST', dispatcher, headers, body, signal });
          text = await answer.body.text();
          const { 'retry-after': retryAfter } = answer.headers;
          response = {
            status: answer.statusCode,
            retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter,
          };
        } catch (thrown) {
          // Not `instanceof`: jest has an Error of its own, and what sockets throw is Node's.
          error = types.isNativeError(thrown) ? thrown : new Error('Not an error.', { cause: thrown });
        }
        if (!over) answered(error, text, response);
      })();
      return () => {
        over = true;
        given.abort();
      };
    },
    close: () => dispatcher.destroy(),
  };
};

export const query = (url: URL, more: Partial<UpstreamRequest> = {}): UpstreamRequest => ({
  subgraph: 'orders',
  kind: 'query',
  url,
  headers: { 'content-type': 'application/json' },
  body: '{"query":"{ ok }"}',
  user: null,
  canary: null,
  ...more,
});

export type Outcome = Readonly<{ error: Error | null; text: string; status: number | undefined }>;

/** Sends a request and waits for how it ends. */
export const ask = (send: Send, upstreamRequest: UpstreamRequest): Promise<Outcome> =>
  new Promise((resolve) => {
    send(upstreamRequest, (error, text, response) => resolve({ error, text, status: response?.status }));
  });
