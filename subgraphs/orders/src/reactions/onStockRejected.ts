import { parseEvent, productEventSchemas } from '@supergraph/events';
import { causedBy } from '@supergraph/eventsourcing';
import type { EventHandler } from '@supergraph/messaging';
import type { OrderStore } from '../orderStore.ts';

/** The warehouse does not have all of it: the order ends. */
export const createOnStockRejected =
  ({ store, now }: Readonly<{ store: OrderStore; now: () => string }>): EventHandler =>
  async (event, tx) => {
    const rejected = parseEvent(productEventSchemas, event);
    if (rejected?.type !== 'StockRejected') return;
    const { orderId } = rejected.data;
    await store.handle(orderId, { type: 'RejectStock', data: { orderId, now: now() } }, causedBy(event), { tx });
  };
