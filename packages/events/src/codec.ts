import { z } from 'zod';
import type { StoredEvent } from './storedEvent.ts';

/**
 * Turns an envelope into bytes and back. The content type goes into the message's headers and chooses
 * the reader's codec, so that another format can be published beside this one.
 */
export type EventCodec = Readonly<{
  contentType: string;
  encode: (event: StoredEvent) => Buffer;
  /** Throws when the bytes are no envelope. */
  decode: (bytes: Buffer) => StoredEvent;
}>;

const wireEnvelope = z.object({
  event_id: z.uuid(),
  aggregate_id: z.string().min(1),
  aggregate_type: z.string().min(1),
  aggregate_version: z.int().positive(),
  event_type: z.string().min(1),
  event_version: z.int().positive(),
  event_data: z.unknown(),
  customer_id: z.string().nullable(),
  metadata: z.object({
    user_id: z.string().nullable(),
    correlation_id: z.string(),
    causation_id: z.string().nullable(),
    timestamp: z.iso.datetime(),
    traceparent: z.string().optional(),
  }),
});

/** The architecture's envelope (snake case) as JSON. */
export const jsonCodec: EventCodec = {
  contentType: 'application/json',
  encode: (event) =>
    Buffer.from(
      JSON.stringify({
        event_id: event.eventId,
        aggregate_id: event.aggregateId,
        aggregate_type: event.aggregateType,
        aggregate_version: event.aggregateVersion,
        event_type: event.type,
        event_version: event.eventVersion,
        event_data: event.data,
        customer_id: event.customerId,
        metadata: {
          user_id: event.metadata.userId,
          correlation_id: event.metadata.correlationId,
          causation_id: event.metadata.causationId,
          timestamp: event.metadata.timestamp,
          traceparent: event.metadata.traceparent,
        },
      } satisfies z.input<typeof wireEnvelope>),
    ),
  decode: (bytes) => {
    const wire = wireEnvelope.parse(JSON.parse(bytes.toString('utf8')));
    const { traceparent } = wire.metadata;
    return {
      eventId: wire.event_id,
      aggregateType: wire.aggregate_type,
      aggregateId: wire.aggregate_id,
      aggregateVersion: wire.aggregate_version,
      type: wire.event_type,
      eventVersion: wire.event_version,
      data: wire.event_data,
      customerId: wire.customer_id,
      metadata: {
        userId: wire.metadata.user_id,
        correlationId: wire.metadata.correlation_id,
        causationId: wire.metadata.causation_id,
        timestamp: wire.metadata.timestamp,
        ...(traceparent === undefined ? {} : { traceparent }),
      },
    };
  },
};
