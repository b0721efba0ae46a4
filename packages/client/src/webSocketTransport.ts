import { createClient } from 'graphql-ws/client';
import { createFuse } from './fuse.ts';
import type { Result, ResultError } from './result.ts';
import type { Ending, TokenSource, Transport } from './transport.ts';

/** Close codes after which there is no use in trying again with the same words: a bad token, a broken message. */
const fatal = new Set([4400, 4401, 4406, 4409, 4429]);

/** graphql-transport-ws over one connection for all subscriptions; made when needed, left after the last. */
export const createWebSocketTransport = ({
  url,
  token,
  webSocketImpl,
}: Readonly<{ url: string; token: TokenSource; webSocketImpl?: unknown }>): Transport => {
  const silence = createFuse(10_000, () => client.terminate());
  const client = createClient({
    url: url.replace(/^http/, 'ws'),
    ...(webSocketImpl !== undefined && { webSocketImpl }),
    // Trying again is ours: it needs another cursor each time.
    retryAttempts: 0,
    keepAlive: 15_000,
    on: {
      // A connection that says nothing any more is given up.
      ping: (received) => {
        if (!received) silence.light();
      },
      pong: (received) => {
        if (received) silence.stop();
      },
      closed: silence.stop,
    },
    connectionParams: async () => {
      const value = await token();
      return value === null ? {} : { authorization: `Bearer ${value}` };
    },
  });

  return {
    run: (request, next, signal) =>
      new Promise<Ending>((settle) => {
        const resolve = (ending: Ending): void => {
          // One signal sees many runs: what each of them left behind would stay with it.
          signal.removeEventListener('abort', onAbort);
          settle(ending);
        };
        const { query, operationName, variables, extensions } = request;
        const leave = client.subscribe<Record<string, unknown>, Result<unknown>['extensions']>(
          { query, operationName: operationName ?? null, variables: { ...variables }, extensions: { ...extensions } },
          {
            next: (result) => next(result as Result<unknown>),
            error: (reason) => resolve(endingOf(reason)),
            complete: () => resolve({ kind: 'complete' }),
          },
        );
        const onAbort = (): void => {
          leave();
          resolve({ kind: 'complete' });
        };
        if (signal.aborted) onAbort();
        else signal.addEventListener('abort', onAbort);
      }),
    // A connection that is just being made, and is not made, is no concern of anybody then.
    close: () => void Promise.resolve(client.dispose()).catch(() => undefined),
  };
};

/** graphql-ws tells a list of errors of an `error` message, the event of a closed socket, or an error of the network. */
const endingOf = (reason: unknown): Ending => {
  if (Array.isArray(reason)) return { kind: 'failed', errors: reason as readonly ResultError[] };
  const code = typeof reason === 'object' && reason !== null && 'code' in reason ? reason.code : undefined;
  return typeof code === 'number' && fatal.has(code) ? { kind: 'refused', reason } : { kind: 'lost', reason };
};
