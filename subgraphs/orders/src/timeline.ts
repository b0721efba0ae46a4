import type { OrderEventType } from '@supergraph/events';
import type { Query } from '@supergraph/postgres';
import { groupBy } from './orderRows.ts';

/** One step in the life of an order. */
export type TimelineEntry = Readonly<{ id: string; type: OrderEventType; at: string }>;

/** The steps of many orders in one statement, by order id, oldest first: read from the events themselves. */
export async function findTimelines(
  from: Readonly<{ query: Query }>,
  orderIds: readonly string[],
): Promise<ReadonlyMap<string, readonly TimelineEntry[]>> {
  const rows = await from.query<{ aggregate_id: string; event_id: string; event_type: OrderEventType; at: string }>(
    `SELECT aggregate_id, event_id, event_type, data ->> 'at' AS at FROM events
     WHERE aggregate_type = 'Order' AND aggregate_id = ANY($1) ORDER BY aggregate_id, aggregate_version`,
    [orderIds],
  );
  return groupBy(
    rows,
    (row) => row.aggregate_id,
    ({ event_id: id, event_type: type, at }) => ({ id, type, at }),
  );
}
