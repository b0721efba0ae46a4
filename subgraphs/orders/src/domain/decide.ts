import { DomainError } from '@supergraph/errors';
import type { CancelReason, OrderEvent } from '@supergraph/events';
import type { OrderCommand } from './commands.ts';
import type { OrderState, PlacedOrder } from './order.ts';

const nothing: readonly OrderEvent[] = [];

/**
 * What follows from a command: the events that happen, none when it is already so (a repeated command is harmless), or
 * a DomainError before any event when a rule forbids it. The whole table is in the README.
 */
export function decide(command: OrderCommand, state: OrderState): readonly OrderEvent[] {
  if (command.type === 'PlaceOrder') return state.status === 'NOT_PLACED' ? [placed(command)] : nothing;
  if (state.status === 'NOT_PLACED')
    throw new DomainError('ORDER_NOT_FOUND', 'There is no such order.', { orderId: command.data.orderId });

  const { orderId, now: at } = command.data;
  const { paymentId, status } = state;
  const cancelled = (reason: CancelReason, by: string | null = null): readonly OrderEvent[] => [
    { type: 'OrderCancelled', data: { orderId, paymentId, reason, by, at } },
  ];

  switch (command.type) {
    case 'ConfirmStock':
      // Too late for a cancelled order: products gives the stock back when it hears of the cancellation.
      return status === 'PLACED' ? [{ type: 'OrderStockReserved', data: { orderId, at } }] : nothing;

    case 'RejectStock':
      if (status === 'PLACED') return cancelled('OUT_OF_STOCK');
      if (status === 'CANCELLED') return nothing;
      throw refusal('ORDER_STOCK_RESERVED', 'The stock of this order is already reserved.', state);

    case 'AuthorizePayment':
      if (status === 'AWAITING_PAYMENT') return [{ type: 'OrderPaymentAuthorized', data: { orderId, paymentId, at } }];
      if (status === 'AUTHORIZED' || isPaid(state)) return nothing;
      throw refusal('ORDER_NOT_PAYABLE', 'Only an order that waits for its payment can be paid.', state);

    case 'ConfirmPayment':
      if (status === 'AWAITING_PAYMENT' || status === 'AUTHORIZED')
        return [{ type: 'OrderPaid', data: { orderId, paymentId, at } }];
      if (isPaid(state)) return nothing;
      throw refusal('ORDER_NOT_PAYABLE', 'Only an order that waits for its payment can be paid.', state);

    case 'DeclinePayment':
      if (status === 'CANCELLED') return nothing;
      if (isPaid(state)) throw refusal('ORDER_NOT_CANCELLABLE', 'This order is already paid.', state);
      return cancelled('PAYMENT_DECLINED');

    case 'ExpirePayment':
      return status === 'AWAITING_PAYMENT' ? cancelled('PAYMENT_TIMEOUT') : nothing;

    case 'CancelOrder':
      if (status === 'CANCELLED') return nothing;
      if (status === 'SHIPPED' || status === 'DELIVERED')
        throw refusal('ORDER_NOT_CANCELLABLE', 'An order can be cancelled until it is shipped.', state);
      return cancelled(command.data.reason, command.data.by);

    case 'ShipOrder': {
      if (status === 'SHIPPED' || status === 'DELIVERED') return nothing;
      if (status !== 'PAID') throw refusal('ORDER_NOT_SHIPPABLE', 'Only a paid order can be shipped.', state);
      const { by, trackingNumber } = command.data;
      return [{ type: 'OrderShipped', data: { orderId, trackingNumber, by, at } }];
    }

    case 'DeliverOrder':
      if (status === 'DELIVERED') return nothing;
      if (status !== 'SHIPPED')
        throw refusal('ORDER_NOT_DELIVERABLE', 'Only an order on its way can be delivered.', state);
      return [{ type: 'OrderDelivered', data: { orderId, by: command.data.by, at } }];
  }
}

const isPaid = ({ status }: PlacedOrder): boolean =>
  status === 'PAID' || status === 'SHIPPED' || status === 'DELIVERED';

function placed({ data }: Extract<OrderCommand, { type: 'PlaceOrder' }>): OrderEvent {
  const { orderId, customerId, paymentId, items, total, shippingAddressId, now: at } = data;
  return {
    type: 'OrderPlaced',
    data: { orderId, customerId, paymentId, items: [...items], total, shippingAddressId, at },
  };
}

const refusal = (
  code:
    | 'ORDER_NOT_PAYABLE'
    | 'ORDER_NOT_CANCELLABLE'
    | 'ORDER_NOT_SHIPPABLE'
    | 'ORDER_NOT_DELIVERABLE'
    | 'ORDER_STOCK_RESERVED',
  message: string,
  { status }: PlacedOrder,
): DomainError => new DomainError(code, message, { status });
