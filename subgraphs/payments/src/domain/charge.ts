import { DomainError } from '@supergraph/errors';
import type { PaymentEvent } from '@supergraph/events';
import { compareMoney, equalMoney, type Money } from '@supergraph/money';
import { about, contradiction, mustBePositive, type DataOf, type Known } from './known.ts';
import { evolve, type Payment } from './payment.ts';
import { refundRequest } from './refund.ts';

/** A payment is asked for once; one whose order is off already ends at once. */
export function requestPayment(
  { orderCancelled, ...data }: DataOf<'RequestPayment'>,
  state: Payment,
): readonly PaymentEvent[] {
  if (state.status !== 'NONE') return [];
  const { paymentId, orderId, customerId, amount, at } = data;
  mustBePositive(amount);
  const requested: PaymentEvent = { type: 'PaymentRequested', data: { paymentId, orderId, customerId, amount, at } };
  if (!orderCancelled) return [requested];
  return [
    requested,
    { type: 'PaymentVoided', data: { paymentId, orderId, customerId, at, reason: 'ORDER_CANCELLED' } },
  ];
}

export function recordAuthorization(
  { authorizationId, method, capture, at }: DataOf<'RecordAuthorization'>,
  state: Known,
): readonly PaymentEvent[] {
  const facts = about(state, at);
  // The order did not wait for this yes: nobody will capture it, so the hold has to go.
  if ('hold' in state)
    return state.hold === null ? [{ type: 'PaymentAuthorizedLate', data: { ...facts, authorizationId } }] : [];
  if (state.status !== 'REQUESTED') return [];
  const { amount } = state;
  const authorized: PaymentEvent = { type: 'PaymentAuthorized', data: { ...facts, amount, authorizationId, method } };
  return capture === 'manual'
    ? [authorized]
    : [authorized, { type: 'PaymentCaptureRequested', data: { ...facts, amount } }];
}

export function recordDecline({ code, at }: DataOf<'RecordDecline'>, state: Known): readonly PaymentEvent[] {
  if ('hold' in state) return [];
  if (state.status !== 'REQUESTED') throw contradiction(state, 'a declined card');
  return [{ type: 'PaymentDeclined', data: { ...about(state, at), code } }];
}

export function requestCapture(data: DataOf<'RequestCapture'>, state: Known): readonly PaymentEvent[] {
  const amount = data.amount ?? ('refunds' in state ? state.captured : state.amount);
  const settled = 'refunds' in state ? state.captured : state.status === 'AUTHORIZED' ? state.toCapture : null;
  if (settled !== null && equalMoney(settled, amount)) return [];
  if (state.status !== 'AUTHORIZED' || settled !== null)
    throw new DomainError('PAYMENT_NOT_CAPTURABLE', 'Only an authorised payment can be captured, and only once.', {
      status: state.status,
    });
  mustBePositive(amount);
  mustNotExceedAuthorized(amount, state.amount);
  return [{ type: 'PaymentCaptureRequested', data: { ...about(state, data.at), amount } }];
}

export function recordCapture(
  { amount, refundId, at }: DataOf<'RecordCapture'>,
  state: Known,
): readonly PaymentEvent[] {
  if ('refunds' in state) return [];
  if (state.status === 'REQUESTED') throw contradiction(state, 'a capture');
  mustNotExceedAuthorized(amount, state.amount);
  const captured: PaymentEvent = { type: 'PaymentCaptured', data: { ...about(state, at), amount } };
  if (state.status === 'AUTHORIZED') return [captured];
  // Cancelled while the capture was under way, and the capture won: the money goes back.
  const late = evolve(state, captured);
  if (!('refunds' in late)) throw contradiction(state, 'a capture');
  return [captured, refundRequest(late, { refundId, amount, reason: 'ORDER_CANCELLED', at })];
}

export function recordCaptureFailure(
  { code, at }: DataOf<'RecordCaptureFailure'>,
  state: Known,
): readonly PaymentEvent[] {
  if ('hold' in state) return [];
  if (state.status !== 'AUTHORIZED') throw contradiction(state, 'a refused capture');
  return [{ type: 'PaymentFailed', data: { ...about(state, at), code } }];
}

export function recordRelease({ authorizationId, at }: DataOf<'RecordRelease'>, state: Known): readonly PaymentEvent[] {
  if (!('hold' in state)) throw contradiction(state, 'a released authorisation');
  if (state.hold?.released === true) return [];
  return [{ type: 'PaymentAuthorizationReleased', data: { ...about(state, at), authorizationId } }];
}

function mustNotExceedAuthorized(amount: Money, authorized: Money): void {
  if (compareMoney(amount, authorized) > 0)
    throw new DomainError('CAPTURE_EXCEEDS_AUTHORIZED', 'More than what was authorised cannot be captured.', {
      authorized,
    });
}
