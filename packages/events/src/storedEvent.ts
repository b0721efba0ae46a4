import type { DomainEvent } from './domainEvent.ts';

/** Who caused an event and why; the same fields travel in Kafka headers. */
export type EventMetadata = Readonly<{
  /** The user on whose behalf it happened; null for the system itself. */
  userId: string | null;
  /** The same for everything that one request set in motion. */
  correlationId: string;
  /** The event or command that led to this one; null for a request from outside. */
  causationId: string | null;
  /** RFC 3339, UTC. */
  timestamp: string;
  /** W3C Trace Context, so that a trace crosses the broker. */
  traceparent?: string;
}>;

/** An event in its envelope, as it lies in an events table and travels through Kafka. */
export type StoredEvent<E extends DomainEvent = DomainEvent> = E extends DomainEvent
  ? Readonly<{
      eventId: string;
      aggregateType: string;
      aggregateId: string;
      /** 1 for the first event of an aggregate, without gaps. */
      aggregateVersion: number;
      type: E['type'];
      /** The version of the event's schema. */
      eventVersion: number;
      data: E['data'];
      /** The customer who owns the aggregate, where one does. */
      customerId: string | null;
      metadata: EventMetadata;
    }>
  : never;
