import { createHash } from 'node:crypto';
import { demoOrders, type CardMethod, type DemoOrder, type PaymentEvent } from '@supergraph/events';

const cards: readonly CardMethod[] = [
  { brand: 'visa', last4: '4242' },
  { brand: 'mastercard', last4: '4444' },
  { brand: 'amex', last4: '0005' },
];

/** An id that is the same in every installation. */
const idFrom = (words: string): string => {
  const hex = createHash('sha256').update(words).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/** What happened to the payment of one demo order; nothing when its stock was never reserved. */
function paymentHistory(order: DemoOrder, number: number): readonly PaymentEvent[] {
  const { paymentId, orderId, customerId, total: amount } = order;
  const about = { paymentId, orderId, customerId };
  const { stockReservedAt, authorizedAt, paidAt, cancelledAt, cancelReason } = order;
  if (stockReservedAt === null) return [];

  const history: PaymentEvent[] = [{ type: 'PaymentRequested', data: { ...about, amount, at: stockReservedAt } }];
  if (authorizedAt !== null)
    history.push(
      {
        type: 'PaymentAuthorized',
        data: {
          ...about,
          amount,
          authorizationId: `auth_${paymentId}`,
          method: cards[number % cards.length] ?? { brand: 'visa', last4: '4242' },
          at: authorizedAt,
        },
      },
      { type: 'PaymentCaptureRequested', data: { ...about, amount, at: authorizedAt } },
    );
  if (paidAt !== null) history.push({ type: 'PaymentCaptured', data: { ...about, amount, at: paidAt } });
  if (cancelledAt === null) return history;

  if (cancelReason === 'PAYMENT_DECLINED')
    history.push({ type: 'PaymentDeclined', data: { ...about, code: 'INSUFFICIENT_FUNDS', at: cancelledAt } });
  else if (paidAt === null)
    history.push({ type: 'PaymentVoided', data: { ...about, reason: 'ORDER_CANCELLED', at: cancelledAt } });
  else {
    const refund = { ...about, refundId: idFrom(`refund of ${paymentId}`), amount, at: cancelledAt };
    history.push(
      { type: 'RefundRequested', data: { ...refund, reason: 'ORDER_CANCELLED' } },
      { type: 'PaymentRefunded', data: refund },
    );
  }
  return history;
}

/** The histories of the demo's payments, oldest first: what became of the orders in `demoOrders`. */
export const demoPayments = (): readonly (readonly PaymentEvent[])[] =>
  demoOrders()
    .map(paymentHistory)
    .filter((history) => history.length > 0);
