import { orderEventSchemas, parseEvent } from '@supergraph/events';
import { causedBy } from '@supergraph/eventsourcing';
import type { EventHandler } from '@supergraph/messaging';
import type { Trending } from './trending.ts';
import { releaseStock, reserveStock, shipStock, type Occasion } from './stockReservations.ts';

/** What the warehouse does when something happens to an order. */
export const createStockReactions = (now: () => Date): Readonly<Record<string, EventHandler>> => {
  const react: EventHandler = async (stored, tx) => {
    const event = parseEvent(orderEventSchemas, stored);
    if (event === null) return;
    const occasion: Occasion = {
      orderId: event.data.orderId,
      customerId: event.customerId,
      cause: causedBy(event),
      at: now().toISOString(),
    };
    switch (event.type) {
      case 'OrderPlaced':
        return reserveStock(tx, event.data.items, occasion);
      case 'OrderCancelled':
        return releaseStock(tx, occasion);
      case 'OrderShipped':
        return shipStock(tx, occasion);
      case 'OrderStockReserved':
      case 'OrderPaymentAuthorized':
      case 'OrderPaid':
      case 'OrderDelivered':
        return;
    }
  };
  return { OrderPlaced: react, OrderCancelled: react, OrderShipped: react };
};

/** What is ordered counts for the trending products. */
export const createTrendingReactions = (trending: Pick<Trending, 'count'>): Readonly<Record<string, EventHandler>> => ({
  OrderPlaced: async (stored) => {
    const event = parseEvent(orderEventSchemas, stored);
    if (event?.type === 'OrderPlaced') await trending.count(event.data.items, new Date(event.data.at));
  },
});
