import type { Logger } from '@supergraph/service-kit';
import { GraphQLError } from 'graphql';
import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import { parseGraphQLAnswer, parseGraphQLErrors, type GraphQLAnswer } from '../upstream/graphqlAnswer.ts';
import { unavailable } from '../upstream/createSubgraphSource.ts';
import { createMailbox, type EventStream, type Mailbox } from './mailbox.ts';

/** What is sent to a subgraph to subscribe. */
export type UpstreamSubscribe = Readonly<{
  query: string;
  operationName?: string | undefined;
  variables: Record<string, unknown>;
  /** Carries the signed viewer: the connection is shared by many viewers, so it cannot be in `connection_init`. */
  extensions: Record<string, unknown>;
}>;

/** The one WebSocket connection to a subgraph, shared by all subscriptions; opened with the first, closed after the last. */
export type Upstream = Readonly<{
  /** @param onEnd called once, when the stream is over for whatever reason */
  subscribe: (payload: UpstreamSubscribe, onEnd: (error: Error | undefined) => void) => EventStream<GraphQLAnswer>;
  close: () => Promise<void>;
}>;

export type UpstreamOptions = Readonly<{
  subgraph: string;
  /** The routing url; `http` becomes `ws`. */
  url: string;
  log: Logger;
  /** Unread events of one client before it is given up. */
  mailboxCapacity?: number;
  /** How often a connection is tried for a new subscription, and how long to wait before try n (from 0). */
  attempts?: number;
  backOff?: (n: number) => number;
  /** How long the connection is kept after its last subscription. */
  idleMs?: number;
}>;

/**
 * Connects to a subgraph over graphql-transport-ws.
 *
 * A lost connection ends the subscriptions that were on it with SUBGRAPH_UNAVAILABLE: subscribing again in silence
 * would skip the events in between. New subscriptions wait for the connection, which is tried again with back-off.
 */
export const createUpstream = ({
  subgraph,
  url,
  log,
  mailboxCapacity = 1_000,
  attempts = 5,
  backOff = (n) => Math.min(200 * 2 ** n, 5_000) * (0.5 + Math.random() / 2),
  idleMs = 5_000,
}: UpstreamOptions): Upstream => {
  const open = new Set<Mailbox<GraphQLAnswer>>();
  /** Those that the connection of this moment carries. One that begins while it closes waits for the next one. */
  const carried = new Set<Mailbox<GraphQLAnswer>>();
  let socket: WebSocket | undefined;

  const connect = (connection: unknown): void => {
    if (connection instanceof WebSocket) socket = connection;
    for (const mailbox of open) carried.add(mailbox);
  };

  const lose = (): void => {
    socket = undefined;
    if (carried.size === 0) return;
    log.warn({ subgraph, url, subscriptions: carried.size }, 'the connection for subscriptions is lost');
    for (const mailbox of [...carried]) mailbox.end(unavailableError(subgraph));
  };

  const client: Client = createClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    keepAlive: 10_000,
    connectionAckWaitTimeout: 10_000,
    lazyCloseTimeout: idleMs,
    retryAttempts: attempts,
    retryWait: (n) => new Promise((resolve) => setTimeout(resolve, backOff(n))),
    // By default a refused connection counts as fatal.
    shouldRetry: () => true,
    on: {
      connected: connect,
      ...terminateWhenSilent(() => client.terminate()),
      error: lose,
      closed: lose,
    },
  });

  const subscribe: Upstream['subscribe'] = (payload, onEnd) => {
    let leave = (): void => {};
    const mailbox = createMailbox<GraphQLAnswer>({
      capacity: mailboxCapacity,
      overflow: overflowError,
      onEnd: (error) => {
        open.delete(mailbox);
        carried.delete(mailbox);
        leave();
        onEnd(error);
      },
    });
    open.add(mailbox);
    if (socket?.readyState === WebSocket.OPEN) carried.add(mailbox);
    leave = client.subscribe<Record<string, unknown>>(
      { ...payload, operationName: payload.operationName ?? null },
      {
        next: (result) => mailbox.push(parseGraphQLAnswer(result) ?? { errors: [unavailable(subgraph)] }),
        error: (reason) => mailbox.end(refusal(subgraph, reason)),
        complete: () => mailbox.end(),
      },
    );
    return mailbox.stream;
  };

  return { subscribe, close: async () => client.dispose() };
};

/** A peer that vanished without closing is noticed by the pong that does not come. */
const terminateWhenSilent = (terminate: () => void, patienceMs = 5_000) => {
  let fuse: NodeJS.Timeout | undefined;
  return {
    ping: (received: boolean): void => {
      if (!received) fuse = setTimeout(terminate, patienceMs);
    },
    pong: (received: boolean): void => {
      if (received) clearTimeout(fuse);
    },
  };
};

const unavailableError = (subgraph: string): GraphQLError => {
  const { message, extensions } = unavailable(subgraph);
  return new GraphQLError(message, { extensions });
};

/** The subgraph's own words when it refused the subscription; anything else means that it could not be reached. */
const refusal = (subgraph: string, reason: unknown): GraphQLError => {
  const first = parseGraphQLErrors(reason)?.[0];
  if (first === undefined) return unavailableError(subgraph);
  return new GraphQLError(first.message, {
    extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', ...first.extensions, serviceName: subgraph },
  });
};

const overflowError = (): GraphQLError =>
  new GraphQLError('Events arrive faster than this connection reads them.', {
    extensions: { code: 'SUBSCRIPTION_OVERFLOW', category: 'UNAVAILABLE' },
  });
