import type { PositionedEvent } from '@supergraph/eventsourcing';
import { resumable, type Followed, type ResumableStream } from './resumable.ts';

export type FollowOptions = Readonly<{
  /** Everything up to here is behind the reader; null begins where the tailer is. */
  after: number | null;
  /** How far the tailer has delivered. */
  tail: () => number;
  /** Matching events after one position and up to another, in order; at most `batch` of them. */
  read: (after: number, upTo: number) => Promise<readonly PositionedEvent[]>;
  batch: number;
  /** Begins to take what the tailer delivers from this moment on. */
  live: () => AsyncIterableIterator<PositionedEvent>;
  /** The last event of everything that is followed, up to a position; null when none was asked for. */
  snapshot: ((upTo: number) => Promise<readonly PositionedEvent[]>) | null;
  cursorAt: (position: number) => string;
  /** Whether the reader is told where it is when it becomes live. */
  tellPlace: boolean;
}>;

/**
 * A stream from a position on. Far behind, it reads the store in batches, as fast as its reader takes them. Once no more
 * than a batch is left it first begins to take what the tailer delivers and then reads the rest, up to the very
 * position at which it began: so nothing is missed and nothing comes twice, whatever is appended meanwhile.
 */
export const follow = (options: FollowOptions): ResumableStream => {
  const { tail, read, batch, live, snapshot, cursorAt, tellPlace } = options;
  const queue: Followed[] = [];
  let events: AsyncIterableIterator<PositionedEvent> | undefined;
  let left = false;
  let at = options.after ?? tail();

  const take = (found: readonly PositionedEvent[]): void => {
    for (const event of found) queue.push({ event, cursor: cursorAt(event.position), snapshot: false });
  };
  const goLive = (): void => {
    events = live();
    if (left) void events.return?.();
  };
  const place = (position: number): void => {
    if (tellPlace) queue.push({ event: null, cursor: cursorAt(position), snapshot: false });
  };

  const begin = async (upTo: number): Promise<void> => {
    if (snapshot === null) return;
    const found = await snapshot(upTo);
    for (const [index, event] of found.entries()) {
      queue.push({ event, cursor: index === found.length - 1 ? cursorAt(upTo) : null, snapshot: true });
    }
  };
  // Who begins now begins at the call, not at the first `next`.
  let beginning: Promise<void> | null = null;
  if (options.after === null) {
    goLive();
    beginning = begin(at).then(() => place(at));
    // It is awaited by the first `next`, which may come later than the failure.
    beginning.catch(() => undefined);
  }

  const catchUp = async (): Promise<void> => {
    const upTo = tail();
    const near = upTo - at <= batch;
    if (near) goLive();
    const found = upTo > at ? await read(at, upTo) : [];
    take(found);
    // Another process may have read further than this one has by now: then `at` stays ahead of the tailer.
    at = near || found.length < batch ? Math.max(at, upTo) : (found.at(-1)?.position ?? at);
    if (near) place(at);
  };

  const done = { done: true, value: undefined } as const;

  const nextItem = async (): Promise<IteratorResult<Followed>> => {
    await beginning;
    for (;;) {
      const item = queue.shift();
      if (item !== undefined) return { done: false, value: item };
      if (left) return done;
      if (events === undefined) await catchUp();
      else {
        const next = await events.next();
        if (next.done === true) return done;
        if (next.value.position > at) take([next.value]);
      }
    }
  };

  const stream: ResumableStream = {
    [resumable]: true,
    next: async () => {
      try {
        return await nextItem();
      } catch (error) {
        // Whoever iterates does not call `return` after a failure.
        await stream.return?.();
        throw error;
      }
    },
    return: async () => {
      left = true;
      queue.length = 0;
      await events?.return?.();
      return done;
    },
    throw: async (error: unknown) => {
      await stream.return?.();
      throw error;
    },
    [Symbol.asyncIterator]: () => stream,
  };
  return stream;
};
