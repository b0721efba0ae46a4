import type { CancelReason, OrderEvent } from '@supergraph/events';
import type { Money } from '@supergraph/money';

/** What every later decision may need to know of an order that was placed. */
type Facts = Readonly<{ customerId: string; paymentId: string; total: Money }>;

/** An order as its decisions see it: one member for each status, with no more than they need. */
export type OrderState =
  | Readonly<{ status: 'NOT_PLACED' }>
  | (Facts & Readonly<{ status: 'PLACED' | 'AWAITING_PAYMENT' | 'AUTHORIZED' | 'PAID' | 'SHIPPED' | 'DELIVERED' }>)
  | (Facts & Readonly<{ status: 'CANCELLED'; reason: CancelReason }>);

export type PlacedOrder = Exclude<OrderState, { status: 'NOT_PLACED' }>;
export type OrderStatus = PlacedOrder['status'];

export const initialState = (): OrderState => ({ status: 'NOT_PLACED' });

/** The status that an order has after an event, whatever it was before. */
export const statusAfter = {
  OrderPlaced: 'PLACED',
  OrderStockReserved: 'AWAITING_PAYMENT',
  OrderPaymentAuthorized: 'AUTHORIZED',
  OrderPaid: 'PAID',
  OrderShipped: 'SHIPPED',
  OrderDelivered: 'DELIVERED',
  OrderCancelled: 'CANCELLED',
} as const satisfies Record<OrderEvent['type'], OrderStatus>;

/** Believes what happened: a stored event is a fact, so nothing is checked here and nothing can fail. */
export function evolve(state: OrderState, event: OrderEvent): OrderState {
  if (event.type === 'OrderPlaced') {
    const { customerId, paymentId, total } = event.data;
    return { status: statusAfter[event.type], customerId, paymentId, total };
  }
  if (state.status === 'NOT_PLACED') return state;
  const { customerId, paymentId, total } = state;
  if (event.type === 'OrderCancelled')
    return { status: statusAfter[event.type], reason: event.data.reason, customerId, paymentId, total };
  return { status: statusAfter[event.type], customerId, paymentId, total };
}
