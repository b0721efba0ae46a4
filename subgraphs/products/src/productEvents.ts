import type { ProductEvent } from '@supergraph/events';
import type { OutgoingMessage } from '@supergraph/eventsourcing';
import type { SingleProductEvent } from './domain/product.ts';

/** An event of a product on its way out; `version` is the product's after it. */
export const productMessage = ({ type, data }: SingleProductEvent, version: number): OutgoingMessage => ({
  topic: 'product-events',
  aggregateType: 'Product',
  aggregateId: data.productId,
  aggregateVersion: version,
  type,
  data,
  customerId: null,
});

/** What happens to the stock that an order holds. */
export type ReservationEvent = Exclude<ProductEvent, SingleProductEvent>;

/** An event of a reservation on its way out, keyed by its order; `version` is the reservation's after it. */
export const reservationMessage = (
  { type, data }: ReservationEvent,
  version: number,
  customerId: string | null,
): OutgoingMessage => ({
  topic: 'product-events',
  aggregateType: 'StockReservation',
  aggregateId: data.orderId,
  aggregateVersion: version,
  type,
  data,
  customerId,
});
