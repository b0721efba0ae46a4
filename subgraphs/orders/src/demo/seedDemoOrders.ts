import { demoOrders } from '@supergraph/events';
import { seedPublishedEvents } from '@supergraph/eventsourcing';
import type { Db } from '@supergraph/postgres';
import { projectOrder } from '../projectOrder.ts';
import { demoOrderEvents } from './demoOrderEvents.ts';

/** Processes that start at once wait here for each other; the number only has to differ from other locks. */
const seedLock = 4_203_001;

/**
 * Fills an empty store with the demo's orders. They are history: counted as published, so that no stock is reserved and
 * no card is charged for them.
 *
 * @returns how many orders were written; 0 when the store has events already.
 */
export const seedDemoOrders = (db: Db): Promise<number> =>
  db.transaction(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [seedLock]);
    const [present] = await tx.query('SELECT 1 FROM events LIMIT 1');
    if (present !== undefined) return 0;

    const orders = demoOrders();
    const steps = orders
      .flatMap(({ customerId, ...order }) =>
        demoOrderEvents({ customerId, ...order }).map((event, index) => ({ event, customerId, version: index + 1 })),
      )
      .toSorted((a, b) => a.event.data.at.localeCompare(b.event.data.at));
    await seedPublishedEvents(
      tx,
      steps.map(({ event, customerId, version }) => ({
        topic: 'order-events',
        aggregateType: 'Order',
        aggregateId: event.data.orderId,
        aggregateVersion: version,
        customerId,
        timestamp: event.data.at,
        ...event,
      })),
      { userId: null, correlationId: 'demo-seed', causationId: null },
    );
    for (const { event } of steps) await projectOrder(tx, event);
    return orders.length;
  });
