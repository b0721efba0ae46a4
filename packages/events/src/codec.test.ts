import { expect, test } from '@jest/globals';
import { jsonCodec } from './codec.ts';
import type { StoredEvent } from './storedEvent.ts';

const event: StoredEvent = {
  eventId: '550e8400-e29b-41d4-a716-446655440001',
  aggregateType: 'Order',
  aggregateId: '019b76da-a800-8123-8567-24d189abcdef',
  aggregateVersion: 3,
  type: 'OrderPaid',
  eventVersion: 1,
  data: { paymentId: 'p1', amount: { amount: 1999, currency: 'EUR' } },
  customerId: '00000000-0000-4000-8000-000000000005',
  metadata: {
    userId: null,
    correlationId: 'c1',
    causationId: '550e8400-e29b-41d4-a716-446655440000',
    timestamp: '2026-01-01T00:00:00.000Z',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  },
};

test('an event comes back from the wire as it went', () => {
  expect(jsonCodec.decode(jsonCodec.encode(event))).toEqual(event);
});

test('the wire speaks the names of the architecture', () => {
  expect(JSON.parse(jsonCodec.encode(event).toString())).toMatchObject({
    event_id: event.eventId,
    aggregate_id: event.aggregateId,
    aggregate_type: 'Order',
    aggregate_version: 3,
    event_type: 'OrderPaid',
    event_version: 1,
    customer_id: event.customerId,
    metadata: { correlation_id: 'c1', causation_id: '550e8400-e29b-41d4-a716-446655440000' },
  });
});

test.each(['', 'not json', '{}', '{"event_id": 1}'])('bytes that are no envelope are refused: %j', (text) => {
  expect(() => jsonCodec.decode(Buffer.from(text))).toThrow();
});
