import { describe, expect, test } from '@jest/globals';
import { demoOrders } from './demoOrders.ts';
import { slotOf, slotOfId } from './ids.ts';

describe('the demo orders', () => {
  const orders = demoOrders();

  test('are the same each time, each with ids of its own', () => {
    expect(demoOrders()).toEqual(orders);
    expect(new Set(orders.flatMap(({ orderId, paymentId }) => [orderId, paymentId])).size).toBe(2 * orders.length);
  });

  test('carry the slot of their customer in both ids', () => {
    for (const { customerId, orderId, paymentId } of orders) {
      expect(slotOfId(orderId)).toBe(slotOf(customerId));
      expect(slotOfId(paymentId)).toBe(slotOf(customerId));
    }
  });

  test('show every outcome and every reason to cancel', () => {
    expect(new Set(orders.map(({ status }) => status))).toEqual(new Set(['PAID', 'SHIPPED', 'DELIVERED', 'CANCELLED']));
    expect(new Set(orders.map(({ cancelReason }) => cancelReason))).toEqual(
      new Set([null, 'CUSTOMER_REQUEST', 'PAYMENT_DECLINED', 'OUT_OF_STOCK', 'PAYMENT_TIMEOUT', 'STAFF_REQUEST']),
    );
  });

  test('take their steps in order', () => {
    for (const order of orders) {
      const steps = [
        ...[order.placedAt, order.stockReservedAt, order.authorizedAt, order.paidAt],
        ...[order.shippedAt, order.deliveredAt, order.cancelledAt],
      ].filter((step) => step !== null);
      expect(steps).toEqual(steps.toSorted());
    }
  });
});
