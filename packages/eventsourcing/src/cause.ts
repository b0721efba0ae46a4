import type { StoredEvent } from '@supergraph/events';

/** Who and what an event comes from; becomes its metadata. */
export type Cause = Readonly<{
  userId: string | null;
  /** The same for everything that one request set in motion. */
  correlationId: string;
  /** The event or command that led to this one; null for a request from outside. */
  causationId: string | null;
  traceparent?: string;
}>;

/** The cause of what a reaction does: the event it reacts to. */
export const causedBy = ({ eventId, metadata }: Pick<StoredEvent, 'eventId' | 'metadata'>): Cause => ({
  userId: metadata.userId,
  correlationId: metadata.correlationId,
  causationId: eventId,
  ...(metadata.traceparent === undefined ? {} : { traceparent: metadata.traceparent }),
});
