import { keepAlive, type Logger } from '@supergraph/service-kit';
import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { unavailable } from '../upstream/createSubgraphSource.ts';
import {
  parseGraphQLAnswer,
  parseGraphQLErrors,
  type GraphQLAnswer,
  type UpstreamError,
} from '../upstream/graphqlAnswer.ts';

/** What is sent to a subgraph to subscribe. */
export type UpstreamSubscribe = Readonly<{
  query: string;
  operationName?: string | undefined;
  variables: Record<string, unknown>;
  /** Carries the signed viewer: the connection is shared by many viewers, so it cannot be in `connection_init`. */
  extensions: Record<string, unknown>;
}>;

/** What a subgraph sends, and where it is in the stream if the subgraph knows places. */
export type UpstreamResult = Readonly<{
  answer: GraphQLAnswer;
  cursor: string | null;
  /** No data: from here on the stream is live. */
  live: boolean;
  snapshot: boolean;
}>;

/** Takes what one subscription brings; `error` or `complete` comes last, once. */
export type UpstreamSink = Readonly<{
  next: (result: UpstreamResult) => void;
  error: (errors: readonly UpstreamError[]) => void;
  complete: () => void;
}>;

/** The one WebSocket connection to a subgraph, shared by all subscriptions; opened with the first, closed after the last. */
export type Upstream = Readonly<{
  /** @returns how to end it; then the sink is told nothing more */
  subscribe: (payload: UpstreamSubscribe, sink: UpstreamSink) => () => void;
  close: () => Promise<void>;
}>;

export type UpstreamOptions = Readonly<{
  subgraph: string;
  /** The routing url; `http` becomes `ws`. */
  url: string;
  log: Logger;
  /** How often a connection is tried for a new subscription, and how long to wait before try n (from 0). */
  attempts?: number;
  backOff?: (n: number) => number;
  /** How long the connection is kept after its last subscription. */
  idleMs?: number;
  /** Time between pings; a subgraph that vanished without closing is noticed by the two pongs that do not come. */
  pingMs?: number;
  /** How long a subgraph may take to answer the greeting. */
  ackMs?: number;
}>;

/** Waits longer each time, and never as long as the others who lost the same connection. */
export const defaultBackOff = (n: number): number => Math.min(200 * 2 ** n, 5_000) * (0.5 + Math.random() / 2);

/**
 * Connects to a subgraph over graphql-transport-ws.
 *
 * A lost connection ends the subscriptions that were on it with SUBGRAPH_UNAVAILABLE: only who knows its place can
 * subscribe again without skipping the events in between. New subscriptions wait for the connection, which is tried
 * again with back-off.
 */
export const createUpstream = ({
  subgraph,
  url,
  log,
  attempts = 5,
  backOff = defaultBackOff,
  idleMs = 5_000,
  pingMs = 5_000,
  ackMs = 10_000,
}: UpstreamOptions): Upstream => {
  type Subscription = { end: (errors: readonly UpstreamError[] | null) => void };
  const open = new Set<Subscription>();
  /** Those that the connection of this moment carries. One that begins while it closes waits for the next one. */
  const carried = new Set<Subscription>();
  let socket: WebSocket | undefined;

  const connect = (connection: unknown): void => {
    if (connection instanceof WebSocket) {
      socket = connection;
      keepAlive(connection, { intervalMs: pingMs });
    }
    for (const subscription of open) carried.add(subscription);
  };

  const lose = (): void => {
    socket = undefined;
    if (carried.size === 0) return;
    log.warn({ subgraph, url, subscriptions: carried.size }, 'the connection for subscriptions is lost');
    for (const subscription of [...carried]) subscription.end([unavailable(subgraph)]);
  };

  const client: Client = createClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    connectionAckWaitTimeout: ackMs,
    lazyCloseTimeout: idleMs,
    retryAttempts: attempts,
    retryWait: (n) => new Promise((resolve) => setTimeout(resolve, backOff(n))),
    // By default a refused connection counts as fatal.
    shouldRetry: () => true,
    on: {
      connected: connect,
      error: lose,
      closed: lose,
    },
  });

  const subscribe: Upstream['subscribe'] = (payload, sink) => {
    let leave = (): void => {};
    // Not while a message is handled: graphql-ws would count the subscription as left twice if the subgraph's `complete`
    // came in the same packet, and then take the next one for the last.
    const leaveSoon = (): void => void setImmediate(() => leave());
    const forget = (): boolean => {
      carried.delete(subscription);
      return open.delete(subscription);
    };
    const subscription: Subscription = {
      end: (errors) => {
        if (!forget()) return;
        leaveSoon();
        if (errors === null) sink.complete();
        else sink.error(errors);
      },
    };
    open.add(subscription);
    if (socket?.readyState === WebSocket.OPEN) carried.add(subscription);
    leave = client.subscribe<Record<string, unknown>>(
      { ...payload, operationName: payload.operationName ?? null },
      {
        next: (result) => {
          if (open.has(subscription)) sink.next(readResult(subgraph, result));
        },
        error: (reason) => subscription.end(refusal(subgraph, reason)),
        complete: () => subscription.end(null),
      },
    );
    return () => {
      if (forget()) leaveSoon();
    };
  };

  return {
    subscribe,
    close: async () => {
      // A connection that is just being made counts as a failure then.
      await Promise.resolve(client.dispose()).catch(() => undefined);
    },
  };
};

const place = z.object({
  cursor: z.string().min(1).max(1_000).optional().catch(undefined),
  live: z.boolean().optional().catch(undefined),
  snapshot: z.boolean().optional().catch(undefined),
});

const readResult = (subgraph: string, result: Readonly<{ extensions?: unknown }>): UpstreamResult => {
  const { cursor = null, live = false, snapshot = false } = place.safeParse(result.extensions).data ?? {};
  const parsed = parseGraphQLAnswer(result);
  if (parsed === undefined && live) return { answer: {}, cursor, live, snapshot };
  return { answer: parsed ?? { errors: [unavailable(subgraph)] }, cursor, live: false, snapshot };
};

/** The subgraph's own words when it refused the subscription; anything else means that it could not be reached. */
const refusal = (subgraph: string, reason: unknown): readonly UpstreamError[] =>
  parseGraphQLErrors(reason)?.map((error) => inNameOf(subgraph, error)) ?? [unavailable(subgraph)];

/** An error of a subgraph as clients see it. */
export const inNameOf = (subgraph: string, { message, path, extensions }: UpstreamError): UpstreamError => ({
  message,
  ...(path && { path }),
  extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', ...extensions, serviceName: subgraph },
});
