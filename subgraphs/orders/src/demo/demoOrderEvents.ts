import type { DemoOrder, OrderEvent } from '@supergraph/events';

/** Who works in the demo's warehouse: Margaret, an employee (demoAccounts). */
const clerk = '00000000-0000-4000-8000-000000000004';

/** The history of a demo order: what would have been appended, had it been placed when it says. */
export function demoOrderEvents(order: DemoOrder): readonly OrderEvent[] {
  const { orderId, customerId, paymentId, total, trackingNumber, cancelReason } = order;
  const { stockReservedAt, authorizedAt, paidAt, shippedAt, deliveredAt, cancelledAt } = order;
  const items = [...order.items];
  const by = cancelReason === 'CUSTOMER_REQUEST' ? customerId : cancelReason === 'STAFF_REQUEST' ? clerk : null;
  const steps: readonly (OrderEvent | null)[] = [
    {
      type: 'OrderPlaced',
      data: { orderId, customerId, paymentId, items, total, shippingAddressId: null, at: order.placedAt },
    },
    stockReservedAt === null ? null : { type: 'OrderStockReserved', data: { orderId, at: stockReservedAt } },
    authorizedAt === null ? null : { type: 'OrderPaymentAuthorized', data: { orderId, paymentId, at: authorizedAt } },
    paidAt === null ? null : { type: 'OrderPaid', data: { orderId, paymentId, at: paidAt } },
    shippedAt === null ? null : { type: 'OrderShipped', data: { orderId, trackingNumber, by: clerk, at: shippedAt } },
    deliveredAt === null ? null : { type: 'OrderDelivered', data: { orderId, by: clerk, at: deliveredAt } },
    cancelledAt === null || cancelReason === null
      ? null
      : { type: 'OrderCancelled', data: { orderId, paymentId, reason: cancelReason, by, at: cancelledAt } },
  ];
  return steps.filter((step) => step !== null);
}
