import type { EventMetadata, StoredEvent } from '@supergraph/events';

/** The columns of `events` that make up an envelope. */
export const eventColumns = `event_id, aggregate_type, aggregate_id, aggregate_version, event_type, event_version,
  data, customer_id, metadata`;

/** A row of `events` as the driver hands it over. */
export type EventRow = Readonly<{
  event_id: string;
  aggregate_type: string;
  aggregate_id: string;
  aggregate_version: number;
  event_type: string;
  event_version: number;
  data: unknown;
  customer_id: string | null;
  metadata: EventMetadata;
}>;

/** The envelope of a row. */
export const toStoredEvent = (row: EventRow): StoredEvent => ({
  eventId: row.event_id,
  aggregateType: row.aggregate_type,
  aggregateId: row.aggregate_id,
  aggregateVersion: row.aggregate_version,
  type: row.event_type,
  eventVersion: row.event_version,
  data: row.data,
  customerId: row.customer_id,
  metadata: row.metadata,
});
