import { jsonCodec, type EventCodec, type StoredEvent } from '@supergraph/events';
import type { IHeaders, KafkaMessage, Message } from 'kafkajs';

const codecs: Readonly<Record<string, EventCodec>> = { [jsonCodec.contentType]: jsonCodec };

/** An event as a Kafka message, with the headers that readers choose and trace by. */
export const toMessage = (event: StoredEvent, key: string, codec: EventCodec = jsonCodec): Message => ({
  key,
  value: codec.encode(event),
  headers: {
    'content-type': codec.contentType,
    event_type: event.type,
    event_version: String(event.eventVersion),
    correlation_id: event.metadata.correlationId,
    ...(event.metadata.causationId === null ? {} : { causation_id: event.metadata.causationId }),
    ...(event.metadata.traceparent === undefined ? {} : { traceparent: event.metadata.traceparent }),
  },
});

/** A header's text, or undefined. */
export const headerText = (headers: IHeaders | undefined, name: string): string | undefined => {
  const value = headers?.[name];
  const first = Array.isArray(value) ? value[0] : value;
  return first?.toString();
};

/**
 * The event in a message, read by the codec that its `content-type` names.
 *
 * @throws when no codec knows it or its bytes are no event.
 */
export function fromMessage({ headers, value }: KafkaMessage): StoredEvent {
  const contentType = headerText(headers, 'content-type') ?? jsonCodec.contentType;
  const codec = codecs[contentType];
  if (codec === undefined) throw new Error(`No codec reads the content type ${contentType}.`);
  if (value === null) throw new Error('The message has no value.');
  return codec.decode(value);
}
