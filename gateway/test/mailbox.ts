/** A stream that somebody else fills. Iterated by one reader; `return` ends it at once, even while `next` waits. */
export type EventStream<T> = AsyncIterableIterator<T, void, undefined> & {
  return: () => Promise<IteratorResult<T, void>>;
};

export type Mailbox<T> = Readonly<{
  stream: EventStream<T>;
  /** Adds an item. Nothing happens after the end. */
  push: (item: T) => void;
  /** Ends the stream after the items it still holds; with an error, the reader gets that error last. */
  end: (error?: Error) => void;
}>;

type Reader<T> = { resolve: (result: IteratorResult<T, void>) => void; reject: (error: Error | undefined) => void };

/**
 * Makes a mailbox. It is not an async generator function on purpose: `return` of such a one waits for the `next` that
 * is under way, so a subscription that nothing happens on could never be ended by its client.
 *
 * @param capacity how many unread items it holds; one more ends it with the error `overflow` makes
 * @param onEnd called once, however it ends; with the error when there is one
 */
export const createMailbox = <T>({
  capacity,
  overflow,
  onEnd,
}: {
  capacity: number;
  overflow: () => Error;
  onEnd: (error: Error | undefined) => void;
}): Mailbox<T> => {
  const items: T[] = [];
  let waiting: Reader<T> | undefined;
  let ended = false;
  let failure: Error | undefined;

  const end = (error?: Error): void => {
    if (ended) return;
    ended = true;
    failure = error;
    const reader = waiting;
    waiting = undefined;
    onEnd(error);
    if (reader === undefined) return;
    if (failure === undefined) return reader.resolve({ done: true, value: undefined });
    failure = undefined;
    reader.reject(error);
  };

  const push = (item: T): void => {
    if (ended) return;
    if (waiting !== undefined) {
      const reader = waiting;
      waiting = undefined;
      return reader.resolve({ done: false, value: item });
    }
    if (items.length >= capacity) return end(overflow());
    items.push(item);
  };

  const next = async (): Promise<IteratorResult<T, void>> => {
    const item = items.shift();
    if (item !== undefined) return { done: false, value: item };
    if (failure !== undefined) {
      const error = failure;
      failure = undefined;
      throw error;
    }
    if (ended) return { done: true, value: undefined };
    return new Promise((resolve, reject) => {
      waiting = { resolve, reject };
    });
  };

  const stream: EventStream<T> = {
    next,
    return: async () => {
      items.length = 0;
      end();
      failure = undefined;
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => stream,
  };
  return { stream, push, end };
};
