import type { ExecutionResult, GraphQLFormattedError } from 'graphql';
import type { WebSocket } from 'ws';
import { closeCodes } from './closeCodes.ts';
import type { Listener } from './createFeed.ts';
import type { Leave } from './createSubscriptions.ts';
import { createOutbox } from './createOutbox.ts';
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
const drains = new WeakMap<WebSocket, Set<() => void>>();

const drainsOf = (socket: WebSocket): Set<() => void> => {
  const known = drains.get(socket) ?? new Set();
  drains.set(socket, known);
  return known;
};

/**
 * Runs one subscription on a socket. Its events are written as they are, framed with the id that the client chose; what
 * is returned is the stream that graphql-ws holds: it yields nothing and ends when the subscription does.
 */
export const openOnSocket = ({
  socket,
  id,
  capacity,
  open,
}: Readonly<{
  socket: WebSocket;
  id: string;
  capacity: number;
  open: (listener: Listener) => Leave;
}>): AsyncIterableIterator<ExecutionResult> => {
  const waiting = drainsOf(socket);
  const before = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
  let settle: { resolve: (result: IteratorResult<ExecutionResult>) => void; reject: (error: Error) => void };
  const ended = new Promise<IteratorResult<ExecutionResult>>((resolve, reject) => (settle = { resolve, reject }));
  // It may fail before graphql-ws has begun to look.
  ended.catch(() => undefined);

  const onWritten = (): void => {
    if (waiting.size > 0 && socket.bufferedAmount <= highWaterMark) for (const drain of [...waiting]) drain();
  };
  let overflowed = false;
  const outbox = createOutbox({
    capacity,
    isFull: () => socket.bufferedAmount > highWaterMark,
    write: ({ text }) => socket.send(`${before}${text}}`, onWritten),
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
