import { createFetchTransport } from './fetchTransport.ts';
import { runSubscription, type BackOff, type Handlers, type Operation, type Subscription } from './subscription.ts';
import type { TokenSource } from './transport.ts';
import { createWebSocketTransport } from './webSocketTransport.ts';

export type ClientOptions = Readonly<{
  /** Of the gateway's `/graphql`, with `http` or `https`. */
  url: string;
  /** How events travel: `websocket` unless told otherwise. */
  transport?: 'websocket' | 'sse' | 'multipart';
  /** The access token; asked for at each connection, so that it may be a new one. */
  token?: TokenSource;
  backOff?: BackOff;
  /** Where the platform has none, as in Node before 22. */
  webSocketImpl?: unknown;
  fetch?: typeof fetch;
}>;

export type Client = Readonly<{
  /** Subscribes, and goes on after every interruption until it is closed, completed or refused. */
  subscribe: <Data = Record<string, unknown>>(operation: Operation, handlers: Handlers<Data>) => Subscription;
  /** Ends everything. */
  close: () => void;
}>;

const defaultBackOff: BackOff = (n) => Math.min(250 * 2 ** n, 10_000) * (0.5 + Math.random() / 2);

/** A client for subscriptions that lose nothing. */
export const createClient = ({
  url,
  transport: kind = 'websocket',
  token = () => null,
  backOff = defaultBackOff,
  webSocketImpl,
  fetch: fetchImpl = fetch,
}: ClientOptions): Client => {
  const transport =
    kind === 'websocket'
      ? createWebSocketTransport({ url, token, webSocketImpl })
      : createFetchTransport({ url, token, fetch: fetchImpl, format: kind });
  const open = new Set<Subscription>();
  return {
    subscribe: (operation, handlers) => {
      const subscription = runSubscription(transport, operation, handlers, backOff);
      open.add(subscription);
      return {
        ...subscription,
        close: () => {
          open.delete(subscription);
          subscription.close();
        },
      };
    },
    close: () => {
      for (const subscription of open) subscription.close();
      open.clear();
      transport.close();
    },
  };
};
