import type { OrderEventType as DomainEventType } from '@supergraph/events';
import type { OrderEventType } from '../generated/graphql.ts';

/** What an event is called in the graph, where its type says already that it is about an order. */
export const graphEventType = {
  OrderPlaced: 'PLACED',
  OrderStockReserved: 'STOCK_RESERVED',
  OrderPaymentAuthorized: 'PAYMENT_AUTHORIZED',
  OrderPaid: 'PAID',
  OrderShipped: 'SHIPPED',
  OrderDelivered: 'DELIVERED',
  OrderCancelled: 'CANCELLED',
} as const satisfies Record<DomainEventType, OrderEventType>;
