import { orderEventSchemas, parseEvent, type OrderEvent, type StoredEvent } from '@supergraph/events';

/**
 * An event of our own log, typed.
 *
 * @throws DomainError EVENT_MALFORMED; Error for a type that is none of ours.
 */
export function readOrderEvent(event: StoredEvent): StoredEvent<OrderEvent> {
  const read = parseEvent(orderEventSchemas, event);
  if (read === null) throw new Error(`${event.type} is no event of an order.`);
  return read;
}
