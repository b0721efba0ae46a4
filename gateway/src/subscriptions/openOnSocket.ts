import type { ExecutionResult, GraphQLFormattedError } from 'graphql';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { closeCodes } from './closeCodes.ts';
import type { Listener } from './createFeed.ts';
import type { FeedEvent } from './feedEvent.ts';
import type { Leave } from './createSubscriptions.ts';
import { createOutbox } from './createOutbox.ts';
import { createFrames } from './frame.ts';
import { overflowError } from './overflowError.ts';

/** How a subscription fails: graphql-ws sends what its stream throws as an `error` message. */
export class SubscriptionEnded extends Error {
  readonly errors: readonly GraphQLFormattedError[];
  constructor(errors: readonly GraphQLFormattedError[]) {
    super(errors[0]?.message ?? 'The subscription ended.');
    this.errors = errors;
  }
}

/** A connection with more than this unsent is full; what comes then waits in the mailboxes of its subscriptions. */
const highWaterMark = 64 * 1024;

/** Subscriptions that wait until their connection has room again. */
const drains = new WeakMap<Duplex, Set<() => void>>();

const drainsOf = (stream: Duplex): Set<() => void> => {
  const known = drains.get(stream);
  if (known !== undefined) return known;
  const made = new Set<() => void>();
  drains.set(stream, made);
  stream.on('drain', () => {
    for (const drain of [...made]) drain();
  });
  return made;
};

/**
 * Runs one subscription on a socket. Its events are framed with the id that the client chose and written past ws, which
 * would encode each of them anew: to the connection itself, between two frames, for ws writes its own without a pause as
 * long as nothing is compressed. What is returned is the stream that graphql-ws holds: it yields nothing and ends when the subscription does.
 */
export const openOnSocket = ({
  socket,
  stream: connection,
  id,
  capacity,
  open,
}: Readonly<{
  socket: WebSocket;
  /** The connection under the socket. */
  stream: Duplex;
  id: string;
  capacity: number;
  open: (listener: Listener) => Leave;
}>): AsyncIterableIterator<ExecutionResult> => {
  const waiting = drainsOf(connection);
  const frame = createFrames(`{"id":${JSON.stringify(id)},"type":"next","payload":`);
  let settle: { resolve: (result: IteratorResult<ExecutionResult>) => void; reject: (error: Error) => void };
  const ended = new Promise<IteratorResult<ExecutionResult>>((resolve, reject) => (settle = { resolve, reject }));
  // It may fail before graphql-ws has begun to look.
  ended.catch(() => undefined);

  const write = ({ payload }: FeedEvent): void => {
    if (socket.readyState !== socket.OPEN) return;
    const [head, rest] = frame(payload());
    if (rest === undefined) return void connection.write(head);
    connection.cork();
    connection.write(head);
    connection.write(rest);
    connection.uncork();
  };
  let overflowed = false;
  const outbox = createOutbox({
    capacity,
    isFull: () => connection.writableLength > highWaterMark,
    write,
    onOverflow: (cursor) => {
      overflowed = true;
      leave('SUBSCRIPTION_OVERFLOW');
      stop();
      settle.reject(new SubscriptionEnded([overflowError(cursor)]));
      // Behind the error, which says where to go on.
      setImmediate(() => socket.close(closeCodes.overflow.code, closeCodes.overflow.reason));
    },
  });
  waiting.add(outbox.drain);
  const stop = (): void => void waiting.delete(outbox.drain);

  let leave: Leave = () => {};
  leave = open({
    next: outbox.put,
    end: (errors) =>
      outbox.finish(() => {
        stop();
        if (errors === null) settle.resolve({ done: true, value: undefined });
        else settle.reject(new SubscriptionEnded(errors));
      }),
  });

  // What was remembered for it may already have been too much.
  if (overflowed) leave('SUBSCRIPTION_OVERFLOW');

  const stream: AsyncIterableIterator<ExecutionResult> = {
    next: () => ended,
    return: async () => {
      leave();
      stop();
      settle.resolve({ done: true, value: undefined });
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => stream,
  };
  return stream;
};
