import type { FeedEvent } from './feedEvent.ts';

/** What was not yet written to one client of one subscription: a bounded mailbox of its own. */
export type Outbox = Readonly<{
  put: (event: FeedEvent) => void;
  /** The connection has room again. */
  drain: () => void;
  /** Calls once everything was written; at once when it is. Nothing can be put in after that. */
  finish: (then: () => void) => void;
  /** The place of the last event that was written. */
  cursor: () => string | null;
}>;

/**
 * Makes an outbox. Events are shared by all who get them, so a slow reader costs references and no copies, and holds up
 * nobody else.
 *
 * @param capacity how many events may wait
 * @param isFull whether the connection has no room at the moment
 * @param onOverflow called once, when one event too many came; what waits is dropped, for the reader can resume
 */
export const createOutbox = ({
  capacity,
  isFull,
  write,
  onOverflow,
}: Readonly<{
  capacity: number;
  isFull: () => boolean;
  write: (event: FeedEvent) => void;
  onOverflow: (cursor: string | null) => void;
}>): Outbox => {
  let waiting: FeedEvent[] = [];
  let next = 0;
  let cursor: string | null = null;
  let over = false;
  let whenDone: (() => void) | undefined;

  const send = (event: FeedEvent): void => {
    write(event);
    if (event.cursor !== null) cursor = event.cursor;
  };

  const drain = (): void => {
    while (next < waiting.length && !isFull()) {
      const event = waiting[next++];
      if (event !== undefined) send(event);
    }
    if (next < waiting.length) return;
    waiting = [];
    next = 0;
    whenDone?.();
    whenDone = undefined;
  };

  return {
    put: (event) => {
      if (over) return;
      if (waiting.length === 0 && !isFull()) return send(event);
      if (waiting.length - next < capacity) return void waiting.push(event);
      over = true;
      waiting = [];
      next = 0;
      onOverflow(cursor);
    },
    drain,
    finish: (then) => {
      over = true;
      if (waiting.length === 0) return then();
      whenDone = then;
    },
    cursor: () => cursor,
  };
};
