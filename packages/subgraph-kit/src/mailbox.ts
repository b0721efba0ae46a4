/** The values one subscriber has yet to take, in order, and never more of them than it may hold. */
export type Mailbox<T> = Readonly<{
  /** Puts a value in, or ends the iteration with `overflow()` when there is no room for it. */
  put: (value: T) => void;
  /** Ends the iteration once what is inside was taken. */
  close: () => void;
  /** The reader's side; one reader only. */
  values: AsyncIterableIterator<T>;
}>;

type Ending = Readonly<{ error: Error | null }>;

/**
 * Makes an empty mailbox. What fits is delivered, in order and once; after an overflow the reader first gets what
 * came before it and then the error, so it knows where the gap begins.
 *
 * @param onEnd called once, as soon as nothing more is to be put in: closed, overflowed or left by its reader.
 */
export function createMailbox<T>({
  capacity,
  overflow,
  onEnd,
}: Readonly<{ capacity: number; overflow: () => Error; onEnd: () => void }>): Mailbox<T> {
  const held: T[] = [];
  let waiting: { resolve: (result: IteratorResult<T>) => void; reject: (error: Error) => void } | undefined;
  let ending: Ending | undefined;

  const end = (error: Error | null): void => {
    if (ending !== undefined) return;
    ending = { error };
    onEnd();
    // Somebody waits only when nothing is held, so the end is due at once.
    if (error === null) waiting?.resolve({ done: true, value: undefined });
    else waiting?.reject(error);
    waiting = undefined;
  };

  const put = (value: T): void => {
    if (ending !== undefined) return;
    if (waiting !== undefined) {
      waiting.resolve({ done: false, value });
      waiting = undefined;
    } else if (held.length < capacity) held.push(value);
    else end(overflow());
  };

  const next = async (): Promise<IteratorResult<T>> => {
    const [value] = held.splice(0, 1);
    if (value !== undefined) return { done: false, value };
    if (ending === undefined) return new Promise((resolve, reject) => (waiting = { resolve, reject }));
    const { error } = ending;
    ending = { error: null }; // told once; afterwards it is simply over
    if (error !== null) throw error;
    return { done: true, value: undefined };
  };

  const values: AsyncIterableIterator<T> = {
    next,
    return: async () => {
      held.length = 0;
      end(null);
      ending = { error: null };
      return { done: true, value: undefined };
    },
    throw: async (error) => {
      await values.return?.();
      throw error;
    },
    [Symbol.asyncIterator]: () => values,
  };
  return { put, close: () => end(null), values };
}
