import type { PaymentEvent } from '@supergraph/events';
import { equalMoney, money, subtractMoney, sumMoney, type Money } from '@supergraph/money';

type Facts = Readonly<{ paymentId: string; orderId: string; customerId: string; amount: Money }>;

/** Money on its way back to the customer. */
export type Refund = Readonly<{ amount: Money; status: 'REQUESTED' | 'DONE' | 'FAILED' }>;

/** What the provider holds, or held, for a payment that has ended. */
type Hold = Readonly<{ authorizationId: string; released: boolean }>;

export type Unrequested = Readonly<{ status: 'NONE' }>;
export type Requested = Facts & Readonly<{ status: 'REQUESTED' }>;
export type Authorized = Facts & Readonly<{ status: 'AUTHORIZED'; authorizationId: string; toCapture: Money | null }>;
export type Captured = Facts &
  Readonly<{
    status: 'CAPTURED' | 'PARTIALLY_REFUNDED' | 'REFUNDED';
    authorizationId: string;
    captured: Money;
    /** By refund id. */
    refunds: Readonly<Record<string, Refund>>;
  }>;
/** No money moved; what is still held must go back. */
export type Ended = Facts & Readonly<{ status: 'DECLINED' | 'VOIDED' | 'FAILED'; hold: Hold | null }>;

/** One payment: each status carries what later decisions need. */
export type Payment = Unrequested | Requested | Authorized | Captured | Ended;
export type PaymentStatus = Payment['status'];

export const unrequested: Payment = { status: 'NONE' };

/** The sum of the refunds in these statuses. */
const refunded = ({ captured, refunds }: Captured, statuses: readonly Refund['status'][]): Money =>
  sumMoney(
    Object.values(refunds)
      .filter(({ status }) => statuses.includes(status))
      .map(({ amount }) => amount),
    captured.currency,
  );

/** What has gone back to the customer. */
export const refundedAmount = (payment: Captured): Money => refunded(payment, ['DONE']);

/** What may still be asked back: refunds under way count, failed ones do not. */
export const refundable = (payment: Captured): Money =>
  subtractMoney(payment.captured, refunded(payment, ['REQUESTED', 'DONE']));

const factsOf = ({ paymentId, orderId, customerId, amount }: Facts): Facts => ({
  paymentId,
  orderId,
  customerId,
  amount,
});

const authorizationOf = (state: Authorized | Ended): string | null =>
  state.status === 'AUTHORIZED' ? state.authorizationId : (state.hold?.authorizationId ?? null);

const end = (state: Payment, status: Ended['status']): Payment => {
  if (state.status === 'REQUESTED') return { ...factsOf(state), status, hold: null };
  if (state.status !== 'AUTHORIZED') return state;
  return { ...factsOf(state), status, hold: { authorizationId: state.authorizationId, released: false } };
};

const hold = (state: Payment, held: Hold): Payment => ('hold' in state ? { ...state, hold: held } : state);

const withRefund = (state: Payment, refundId: string, refund: Refund): Payment => {
  if (!('refunds' in state)) return state;
  const next: Captured = { ...state, refunds: { ...state.refunds, [refundId]: refund } };
  const back = refundedAmount(next);
  if (back.amount === 0) return { ...next, status: 'CAPTURED' };
  return { ...next, status: equalMoney(back, next.captured) ? 'REFUNDED' : 'PARTIALLY_REFUNDED' };
};

/** What an event means for a payment. A stored event is a fact: nothing is checked here, and nothing throws. */
export function evolve(state: Payment, event: PaymentEvent): Payment {
  switch (event.type) {
    case 'PaymentRequested':
      return { ...factsOf(event.data), status: 'REQUESTED' };
    case 'PaymentAuthorized':
      if (state.status !== 'REQUESTED') return state;
      return { ...state, status: 'AUTHORIZED', authorizationId: event.data.authorizationId, toCapture: null };
    case 'PaymentDeclined':
      return end(state, 'DECLINED');
    case 'PaymentCaptureRequested':
      return state.status === 'AUTHORIZED' ? { ...state, toCapture: event.data.amount } : state;
    case 'PaymentCaptured': {
      if (state.status !== 'AUTHORIZED' && !('hold' in state)) return state;
      const authorizationId = authorizationOf(state);
      if (authorizationId === null) return state;
      return { ...factsOf(state), status: 'CAPTURED', authorizationId, captured: event.data.amount, refunds: {} };
    }
    case 'PaymentFailed':
      return end(state, 'FAILED');
    case 'PaymentVoided':
      return end(state, 'VOIDED');
    case 'PaymentAuthorizedLate':
      return hold(state, { authorizationId: event.data.authorizationId, released: false });
    case 'PaymentAuthorizationReleased':
      return hold(state, { authorizationId: event.data.authorizationId, released: true });
    case 'RefundRequested':
      return withRefund(state, event.data.refundId, { amount: event.data.amount, status: 'REQUESTED' });
    case 'PaymentRefunded':
      return withRefund(state, event.data.refundId, { amount: event.data.amount, status: 'DONE' });
    case 'RefundFailed':
      return withRefund(state, event.data.refundId, { amount: event.data.amount, status: 'FAILED' });
  }
}

/** What the customer has paid and what went back, in every status. */
export const sumsOf = (payment: Exclude<Payment, Unrequested>): Readonly<{ captured: Money; refunded: Money }> => {
  const nothing = money(0, payment.amount.currency);
  return 'refunds' in payment
    ? { captured: payment.captured, refunded: refundedAmount(payment) }
    : { captured: nothing, refunded: nothing };
};
