import { randomUUID } from 'node:crypto';
import { DomainError } from '@supergraph/errors';
import type { StoredEvent } from '@supergraph/events';
import { isUniqueViolation, type Tx } from '@supergraph/postgres';
import type { Cause } from './cause.ts';

/** What is to be published: an event of an aggregate, or a command to another service. */
export type OutgoingMessage = Readonly<{
  topic: string;
  /** What must stay in order among itself; the aggregate's id unless given. */
  key?: string;
  aggregateType: string;
  aggregateId: string;
  /** The version that the aggregate has after it; nobody else may have written that one. */
  aggregateVersion: number;
  type: string;
  /** The version of the schema of `data`; 1 unless given. */
  eventVersion?: number;
  data: unknown;
  customerId: string | null;
  /** RFC 3339; now unless given. */
  timestamp?: string;
}>;

/** The largest event in bytes of JSON, well below Kafka's default limit of 1 MiB for a message. */
export const maxEventBytes = 256 * 1024;

/**
 * Writes messages into the events table, in the transaction of the change that they tell of. The relay
 * publishes them after the commit.
 *
 * @returns the events as written, in the same order.
 * @throws DomainError VERSION_CONFLICT when the aggregate has a version already; the transaction is lost then.
 * @throws DomainError EVENT_TOO_LARGE beyond 256 KiB.
 */
export async function appendMessages(
  tx: Tx,
  messages: readonly OutgoingMessage[],
  cause: Cause,
): Promise<readonly StoredEvent[]> {
  if (messages.length === 0) return [];
  const now = new Date().toISOString();
  const rows = messages.map((message) => {
    const data = JSON.stringify(message.data);
    if (Buffer.byteLength(data) > maxEventBytes)
      throw new DomainError('EVENT_TOO_LARGE', 'This change is too large to be recorded.', { maxBytes: maxEventBytes });
    const event: StoredEvent = {
      eventId: randomUUID(),
      aggregateType: message.aggregateType,
      aggregateId: message.aggregateId,
      aggregateVersion: message.aggregateVersion,
      type: message.type,
      eventVersion: message.eventVersion ?? 1,
      data: message.data,
      customerId: message.customerId,
      metadata: { ...cause, timestamp: message.timestamp ?? now },
    };
    return { event, data, topic: message.topic, key: message.key ?? message.aggregateId };
  });
  try {
    await tx.query(
      `INSERT INTO events (event_id, topic, message_key, aggregate_type, aggregate_id, aggregate_version,
                           event_type, event_version, customer_id, data, metadata)
       SELECT id, topic, key, aggregate, aggregate_id, version, type, schema, customer, data, metadata
       FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[],
                   $7::text[], $8::int[], $9::uuid[], $10::jsonb[], $11::jsonb[]) WITH ORDINALITY
            AS message (id, topic, key, aggregate, aggregate_id, version, type, schema, customer, data, metadata, nth)
       ORDER BY nth`,
      [
        rows.map(({ event }) => event.eventId),
        rows.map(({ topic }) => topic),
        rows.map(({ key }) => key),
        rows.map(({ event }) => event.aggregateType),
        rows.map(({ event }) => event.aggregateId),
        rows.map(({ event }) => event.aggregateVersion),
        rows.map(({ event }) => event.type),
        rows.map(({ event }) => event.eventVersion),
        rows.map(({ event }) => event.customerId),
        rows.map(({ data }) => data),
        rows.map(({ event }) => JSON.stringify(event.metadata)),
      ],
    );
  } catch (error) {
    if (isUniqueViolation(error, 'events_aggregate_type_aggregate_id_aggregate_version_key'))
      throw new DomainError(
        'VERSION_CONFLICT',
        'Somebody else changed this at the same time. Try again.',
        {},
        { cause: error },
      );
    throw error;
  }
  return rows.map(({ event }) => event);
}
