import type { PositionedEvent } from '@supergraph/eventsourcing';

/** What a client asked for with its `subscribe`, beside the operation; a part of the scope of a request. */
export type SubscribeRequest = Readonly<{
  /** The root field and its arguments: a cursor of another one is foreign. */
  field: string;
  arguments: Readonly<Record<string, unknown>>;
  /** Where to go on; null from one who can resume and begins now; undefined from one who knows no cursors. */
  cursor: string | null | undefined;
  /** Whether to begin with the last event of everything that is followed. */
  snapshot: boolean;
}>;

/** An item of a stream that can be resumed. */
export type Followed = Readonly<{
  /** Null when only the place is told: from here on the stream is live. */
  event: PositionedEvent | null;
  /** Where to go on after this item; null inside of a snapshot, which is only whole or not at all. */
  cursor: string | null;
  /** Part of a snapshot: it may have happened long ago. */
  snapshot: boolean;
}>;

/** Marks the streams whose items are `Followed`. */
export const resumable = Symbol('resumable');

/** What a subscription resolver returns when its clients can resume. */
export type ResumableStream = AsyncIterableIterator<Followed> & Readonly<{ [resumable]: true }>;

/** Whether the items of a stream are `Followed`. */
export const isResumable = (stream: object): stream is ResumableStream => resumable in stream;
