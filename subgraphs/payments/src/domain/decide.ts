import { DomainError } from '@supergraph/errors';
import type { PaymentEvent } from '@supergraph/events';
import type { Decider } from '@supergraph/eventsourcing';
import {
  recordAuthorization,
  recordCapture,
  recordCaptureFailure,
  recordDecline,
  recordRelease,
  requestCapture,
  requestPayment,
} from './charge.ts';
import type { PaymentCommand } from './commands.ts';
import type { Known } from './known.ts';
import { evolve, unrequested, type Payment } from './payment.ts';
import { cancelPayment, recordRefund, recordRefundFailure, requestRefund } from './refund.ts';

/**
 * What follows from a command: nothing when it is so already.
 *
 * @throws DomainError PAYMENT_NOT_FOUND, PAYMENT_NOT_CAPTURABLE, CAPTURE_EXCEEDS_AUTHORIZED, PAYMENT_NOT_REFUNDABLE,
 * REFUND_EXCEEDS_CAPTURED, PAYMENT_AMOUNT_INVALID, CURRENCY_MISMATCH; PAYMENT_ANSWER_CONTRADICTS for an impossible
 * answer of the provider.
 */
export function decide(command: PaymentCommand, state: Payment): readonly PaymentEvent[] {
  switch (command.type) {
    case 'RequestPayment':
      return requestPayment(command.data, state);
    case 'RecordAuthorization':
      return recordAuthorization(command.data, known(state));
    case 'RecordDecline':
      return recordDecline(command.data, known(state));
    case 'RequestCapture':
      return requestCapture(command.data, known(state));
    case 'RecordCapture':
      return recordCapture(command.data, known(state));
    case 'RecordCaptureFailure':
      return recordCaptureFailure(command.data, known(state));
    case 'CancelPayment':
      return cancelPayment(command.data, known(state));
    case 'RecordRelease':
      return recordRelease(command.data, known(state));
    case 'RequestRefund':
      return requestRefund(command.data, known(state));
    case 'RecordRefund':
      return recordRefund(command.data, known(state));
    case 'RecordRefundFailure':
      return recordRefundFailure(command.data, known(state));
  }
}

const known = (state: Payment): Known => {
  if (state.status === 'NONE') throw new DomainError('PAYMENT_NOT_FOUND', 'There is no such payment.');
  return state;
};

/** A payment as three pure functions. */
export const paymentDecider: Decider<Payment, PaymentCommand, PaymentEvent> = {
  initialState: () => unrequested,
  decide,
  evolve,
};
