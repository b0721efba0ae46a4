import { DomainError } from '@supergraph/errors';
import type { PaymentEvent } from '@supergraph/events';
import type { Decider } from '@supergraph/eventsourcing';
import { compareMoney, equalMoney, type Money } from '@supergraph/money';
import type { PaymentCommand } from './commands.ts';
import { evolve, refundable, unrequested, type Captured, type Payment, type Unrequested } from './payment.ts';

type Known = Exclude<Payment, Unrequested>;

const known = (state: Payment): Known => {
  if (state.status === 'NONE') throw new DomainError('PAYMENT_NOT_FOUND', 'There is no such payment.');
  return state;
};

const about = ({ paymentId, orderId, customerId }: Known, at: string) => ({ paymentId, orderId, customerId, at });

/** Two answers of the provider exclude each other, or an answer came to a question never asked. */
const contradiction = (state: Payment, what: string): DomainError =>
  new DomainError('PAYMENT_ANSWER_CONTRADICTS', `The provider reports ${what}, which cannot be in this status.`, {
    status: state.status,
  });

const mustBePositive = (amount: Money): void => {
  if (amount.amount <= 0)
    throw new DomainError('PAYMENT_AMOUNT_INVALID', 'The amount must be more than nothing.', { amount: amount.amount });
};

const mustBeCaptured = (state: Known): Captured => {
  if ('refunds' in state) return state;
  throw new DomainError('PAYMENT_NOT_REFUNDABLE', 'Only a captured payment can be refunded.', { status: state.status });
};

const refundRequest = (
  state: Captured,
  { refundId, amount, reason, at }: Readonly<{ refundId: string; amount: Money; reason: string; at: string }>,
): PaymentEvent => ({ type: 'RefundRequested', data: { ...about(state, at), refundId, amount, reason } });

/**
 * What follows from a command: nothing when it is so already.
 *
 * @throws DomainError PAYMENT_NOT_FOUND, PAYMENT_NOT_CAPTURABLE, CAPTURE_EXCEEDS_AUTHORIZED, PAYMENT_NOT_REFUNDABLE,
 * REFUND_EXCEEDS_CAPTURED, PAYMENT_AMOUNT_INVALID, CURRENCY_MISMATCH; PAYMENT_ANSWER_CONTRADICTS for an impossible
 * answer of the provider.
 */
export function decide(command: PaymentCommand, state: Payment): readonly PaymentEvent[] {
  if (command.type === 'RequestPayment') return request(command.data, state);
  return decideKnown(command, known(state));
}

function request(
  { orderCancelled, ...data }: Extract<PaymentCommand, { type: 'RequestPayment' }>['data'],
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

function decideKnown(
  command: Exclude<PaymentCommand, { type: 'RequestPayment' }>,
  state: Known,
): readonly PaymentEvent[] {
  const facts = about(state, command.data.at);
  switch (command.type) {
    case 'RecordAuthorization': {
      const { authorizationId, method, capture } = command.data;
      // The order did not wait for this yes: nobody will capture it, so the hold has to go.
      if ('hold' in state)
        return state.hold === null ? [{ type: 'PaymentAuthorizedLate', data: { ...facts, authorizationId } }] : [];
      if (state.status !== 'REQUESTED') return [];
      const { amount } = state;
      const authorized: PaymentEvent = {
        type: 'PaymentAuthorized',
        data: { ...facts, amount, authorizationId, method },
      };
      return capture === 'manual'
        ? [authorized]
        : [authorized, { type: 'PaymentCaptureRequested', data: { ...facts, amount } }];
    }
    case 'RecordDecline':
      if ('hold' in state) return [];
      if (state.status !== 'REQUESTED') throw contradiction(state, 'a declined card');
      return [{ type: 'PaymentDeclined', data: { ...facts, code: command.data.code } }];
    case 'RequestCapture': {
      const amount = command.data.amount ?? ('refunds' in state ? state.captured : state.amount);
      const settled = 'refunds' in state ? state.captured : state.status === 'AUTHORIZED' ? state.toCapture : null;
      if (settled !== null && equalMoney(settled, amount)) return [];
      if (state.status !== 'AUTHORIZED' || settled !== null)
        throw new DomainError('PAYMENT_NOT_CAPTURABLE', 'Only an authorised payment can be captured, and only once.', {
          status: state.status,
        });
      mustBePositive(amount);
      mustNotExceedAuthorized(amount, state.amount);
      return [{ type: 'PaymentCaptureRequested', data: { ...facts, amount } }];
    }
    case 'RecordCapture': {
      const { amount, refundId, at } = command.data;
      if ('refunds' in state) return [];
      if (state.status === 'REQUESTED') throw contradiction(state, 'a capture');
      mustNotExceedAuthorized(amount, state.amount);
      const captured: PaymentEvent = { type: 'PaymentCaptured', data: { ...facts, amount } };
      if (state.status === 'AUTHORIZED') return [captured];
      // Cancelled while the capture was under way, and the capture won: the money goes back.
      const late = evolve(state, captured);
      if (!('refunds' in late)) throw contradiction(state, 'a capture');
      return [captured, refundRequest(late, { refundId, amount, reason: 'ORDER_CANCELLED', at })];
    }
    case 'RecordCaptureFailure':
      if ('hold' in state) return [];
      if (state.status !== 'AUTHORIZED') throw contradiction(state, 'a refused capture');
      return [{ type: 'PaymentFailed', data: { ...facts, code: command.data.code } }];
    case 'CancelPayment': {
      if ('hold' in state) return [];
      const { reason, refundId, at } = command.data;
      if (!('refunds' in state)) return [{ type: 'PaymentVoided', data: { ...facts, reason } }];
      const amount = refundable(state);
      return amount.amount === 0 ? [] : [refundRequest(state, { refundId, amount, reason, at })];
    }
    case 'RecordRelease': {
      if (!('hold' in state)) throw contradiction(state, 'a released authorisation');
      const { authorizationId } = command.data;
      return state.hold?.released === true
        ? []
        : [{ type: 'PaymentAuthorizationReleased', data: { ...facts, authorizationId } }];
    }
    case 'RequestRefund': {
      const { refundId, reason, at } = command.data;
      const captured = mustBeCaptured(state);
      if (Object.hasOwn(captured.refunds, refundId)) return [];
      const left = refundable(captured);
      const amount = command.data.amount ?? left;
      if (compareMoney(amount, left) > 0 || left.amount === 0)
        throw new DomainError('REFUND_EXCEEDS_CAPTURED', 'More than what was captured cannot be given back.', {
          captured: captured.captured,
          refundable: left,
        });
      mustBePositive(amount);
      return [refundRequest(captured, { refundId, amount, reason, at })];
    }
    case 'RecordRefund':
    case 'RecordRefundFailure': {
      const { refundId } = command.data;
      const refund = mustBeCaptured(state).refunds[refundId];
      if (refund === undefined) throw contradiction(state, 'an unknown refund');
      const data = { ...facts, refundId, amount: refund.amount };
      const outcome = command.type === 'RecordRefund' ? 'DONE' : 'FAILED';
      if (refund.status === outcome) return [];
      if (refund.status !== 'REQUESTED') throw contradiction(state, 'another outcome of a refund');
      return command.type === 'RecordRefund'
        ? [{ type: 'PaymentRefunded', data }]
        : [{ type: 'RefundFailed', data: { ...data, code: command.data.code } }];
    }
  }
}

function mustNotExceedAuthorized(amount: Money, authorized: Money): void {
  if (compareMoney(amount, authorized) > 0)
    throw new DomainError('CAPTURE_EXCEEDS_AUTHORIZED', 'More than what was authorised cannot be captured.', {
      authorized,
    });
}

/** A payment as three pure functions. */
export const paymentDecider: Decider<Payment, PaymentCommand, PaymentEvent> = {
  initialState: () => unrequested,
  decide,
  evolve,
};
