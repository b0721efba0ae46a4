import { DomainError } from '@supergraph/errors';
import type { PaymentEvent } from '@supergraph/events';
import { compareMoney } from '@supergraph/money';
import { about, contradiction, mustBePositive, type DataOf, type Known } from './known.ts';
import { refundable, type Captured } from './payment.ts';

const mustBeCaptured = (state: Known): Captured => {
  if ('refunds' in state) return state;
  throw new DomainError('PAYMENT_NOT_REFUNDABLE', 'Only a captured payment can be refunded.', { status: state.status });
};

/** The event; whether it may be is for the caller to decide. */
export const refundRequest = (
  state: Captured,
  { refundId, amount, reason, at }: DataOf<'RequestRefund'> & Readonly<{ amount: Captured['captured'] }>,
): PaymentEvent => ({ type: 'RefundRequested', data: { ...about(state, at), refundId, amount, reason } });

/** The order is off: what is held is let go, what was taken goes back. */
export function cancelPayment(
  { reason, refundId, at }: DataOf<'CancelPayment'>,
  state: Known,
): readonly PaymentEvent[] {
  if ('hold' in state) return [];
  if (!('refunds' in state)) return [{ type: 'PaymentVoided', data: { ...about(state, at), reason } }];
  const amount = refundable(state);
  return amount.amount === 0 ? [] : [refundRequest(state, { refundId, amount, reason, at })];
}

export function requestRefund(data: DataOf<'RequestRefund'>, state: Known): readonly PaymentEvent[] {
  const captured = mustBeCaptured(state);
  if (Object.hasOwn(captured.refunds, data.refundId)) return [];
  const left = refundable(captured);
  const amount = data.amount ?? left;
  if (compareMoney(amount, left) > 0 || left.amount === 0)
    throw new DomainError('REFUND_EXCEEDS_CAPTURED', 'More than what was captured cannot be given back.', {
      captured: captured.captured,
      refundable: left,
    });
  mustBePositive(amount);
  return [refundRequest(captured, { ...data, amount })];
}

export function recordRefund({ refundId, at }: DataOf<'RecordRefund'>, state: Known): readonly PaymentEvent[] {
  const { amount, status } = askedRefund(state, refundId);
  if (status === 'DONE') return [];
  if (status === 'FAILED') throw contradiction(state, 'the success of a refund that had failed');
  return [{ type: 'PaymentRefunded', data: { ...about(state, at), refundId, amount } }];
}

export function recordRefundFailure(
  { refundId, code, at }: DataOf<'RecordRefundFailure'>,
  state: Known,
): readonly PaymentEvent[] {
  const { amount, status } = askedRefund(state, refundId);
  if (status === 'FAILED') return [];
  if (status === 'DONE') throw contradiction(state, 'the failure of a refund that was done');
  return [{ type: 'RefundFailed', data: { ...about(state, at), refundId, amount, code } }];
}

const askedRefund = (state: Known, refundId: string) => {
  const refund = mustBeCaptured(state).refunds[refundId];
  if (refund === undefined) throw contradiction(state, 'a refund that nobody asked for');
  return refund;
};
