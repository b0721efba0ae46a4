import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { DomainError } from '@supergraph/errors';
import type { PaymentEvent } from '@supergraph/events';
import { money } from '@supergraph/money';
import { given } from '@supergraph/testing';
import type { PaymentCommand, PaymentCommandType } from './commands.ts';
import { paymentDecider } from './decide.ts';
import type { Payment } from './payment.ts';
import { providerWorkAfter } from './providerWork.ts';

const at = '2026-01-31T12:00:00.000Z';
const eur = (amount: number) => money(amount, 'EUR');
const about = { paymentId: 'p1', orderId: 'o1', customerId: 'c1', at };
const authorizationId = 'auth_1';
const method = { brand: 'visa', last4: '4242' };

const requested: PaymentEvent = { type: 'PaymentRequested', data: { ...about, amount: eur(1000) } };
const authorized: PaymentEvent = {
  type: 'PaymentAuthorized',
  data: { ...about, amount: eur(1000), authorizationId, method },
};
const declined: PaymentEvent = { type: 'PaymentDeclined', data: { ...about, code: 'CARD_DECLINED' } };
const captureRequested: PaymentEvent = { type: 'PaymentCaptureRequested', data: { ...about, amount: eur(1000) } };
const captured: PaymentEvent = { type: 'PaymentCaptured', data: { ...about, amount: eur(1000) } };
const failed: PaymentEvent = { type: 'PaymentFailed', data: { ...about, code: 'AUTHORIZATION_EXPIRED' } };
const voided: PaymentEvent = { type: 'PaymentVoided', data: { ...about, reason: 'ORDER_CANCELLED' } };
const authorizedLate: PaymentEvent = { type: 'PaymentAuthorizedLate', data: { ...about, authorizationId } };
const released: PaymentEvent = { type: 'PaymentAuthorizationReleased', data: { ...about, authorizationId } };
const refundRequested = (refundId: string, amount: number, reason = 'damaged'): PaymentEvent => ({
  type: 'RefundRequested',
  data: { ...about, refundId, amount: eur(amount), reason },
});
const refunded = (refundId: string, amount: number): PaymentEvent => ({
  type: 'PaymentRefunded',
  data: { ...about, refundId, amount: eur(amount) },
});
const refundFailed = (refundId: string, amount: number): PaymentEvent => ({
  type: 'RefundFailed',
  data: { ...about, refundId, amount: eur(amount), code: 'REFUSED_BY_PROVIDER' },
});

const request: PaymentCommand = {
  type: 'RequestPayment',
  data: { ...about, amount: eur(1000), orderCancelled: false },
};
const recordAuthorization = (capture: 'automatic' | 'manual' = 'automatic'): PaymentCommand => ({
  type: 'RecordAuthorization',
  data: { authorizationId, method, capture, at },
});
const recordDecline: PaymentCommand = { type: 'RecordDecline', data: { code: 'CARD_DECLINED', at } };
const capture = (amount: number | null): PaymentCommand => ({
  type: 'RequestCapture',
  data: { amount: amount === null ? null : eur(amount), at },
});
const recordCapture = (amount = 1000): PaymentCommand => ({
  type: 'RecordCapture',
  data: { amount: eur(amount), refundId: 'r0', at },
});
const recordCaptureFailure: PaymentCommand = {
  type: 'RecordCaptureFailure',
  data: { code: 'AUTHORIZATION_EXPIRED', at },
};
const cancel: PaymentCommand = { type: 'CancelPayment', data: { reason: 'ORDER_CANCELLED', refundId: 'r0', at } };
const recordRelease: PaymentCommand = { type: 'RecordRelease', data: { authorizationId, at } };
const refund = (refundId: string, amount: number | null): PaymentCommand => ({
  type: 'RequestRefund',
  data: { refundId, amount: amount === null ? null : eur(amount), reason: 'damaged', at },
});
const recordRefund = (refundId: string): PaymentCommand => ({ type: 'RecordRefund', data: { refundId, at } });
const recordRefundFailure = (refundId: string): PaymentCommand => ({
  type: 'RecordRefundFailure',
  data: { refundId, code: 'REFUSED_BY_PROVIDER', at },
});

const stateAfter = (history: readonly PaymentEvent[]): Payment =>
  history.reduce(paymentDecider.evolve, paymentDecider.initialState());

const payment = given(paymentDecider);

/** What a command leads to after this history: the payment then, and what is to be asked of the provider. */
const outcomeOf = (history: readonly PaymentEvent[], command: PaymentCommand) => {
  const events = paymentDecider.decide(command, stateAfter(history));
  const after = stateAfter([...history, ...events]);
  return { status: after.status, work: providerWorkAfter(events, after).map(({ kind, key }) => `${kind} ${key}`) };
};

describe('asking for a payment', () => {
  test('a payment is requested once, however often the command is delivered', () => {
    payment().when(request).then(requested);
    payment(requested).when(request).then();
    payment(requested, authorized, captured).when(request).then();
  });

  test('an order that was cancelled first gets a payment that ends at once and never reaches the provider', () => {
    const late: PaymentCommand = {
      type: 'RequestPayment',
      data: { ...about, amount: eur(1000), orderCancelled: true },
    };
    payment().when(late).then(requested, voided);
    expect(outcomeOf([], late).work).toEqual([]);
  });

  test('nothing cannot be paid', () => {
    payment()
      .when({ type: 'RequestPayment', data: { ...about, amount: eur(0), orderCancelled: false } })
      .thenFails('PAYMENT_AMOUNT_INVALID');
  });

  test('the provider is asked under the id of the payment', () => {
    expect(outcomeOf([], request).work).toEqual(['authorize p1']);
  });
});

describe('the answer of the provider', () => {
  test('with automatic capture an authorised payment is captured next', () => {
    payment(requested).when(recordAuthorization()).then(authorized, captureRequested);
    expect(outcomeOf([requested], recordAuthorization()).work).toEqual(['capture p1:capture']);
  });

  test('with manual capture it stays authorised', () => {
    payment(requested).when(recordAuthorization('manual')).then(authorized);
    expect(outcomeOf([requested], recordAuthorization('manual')).work).toEqual([]);
  });

  test('a declined card ends the payment', () => {
    payment(requested).when(recordDecline).then(declined);
    payment(requested, declined).when(recordDecline).then();
  });

  test('an answer that came to a cancelled payment is released at the provider', () => {
    payment(requested, voided).when(recordAuthorization()).then(authorizedLate);
    expect(outcomeOf([requested, voided], recordAuthorization()).work).toEqual(['void p1:void:auth_1']);
    payment(requested, voided, authorizedLate).when(recordAuthorization()).then();
    payment(requested, voided, authorizedLate).when(recordRelease).then(released);
  });

  test('a late refusal of a cancelled payment changes nothing', () => {
    payment(requested, voided).when(recordDecline).then();
  });
});

describe('capture', () => {
  test('more than what was authorised is not captured', () => {
    payment(requested, authorized).when(capture(1001)).thenFails('CAPTURE_EXCEEDS_AUTHORIZED');
    payment(requested, authorized, captureRequested).when(recordCapture(1001)).thenFails('CAPTURE_EXCEEDS_AUTHORIZED');
  });

  test('a part can be captured, once', () => {
    const part: PaymentEvent = { type: 'PaymentCaptureRequested', data: { ...about, amount: eur(400) } };
    payment(requested, authorized).when(capture(400)).then(part);
    payment(requested, authorized, part).when(capture(400)).then();
    payment(requested, authorized, part).when(capture(600)).thenFails('PAYMENT_NOT_CAPTURABLE');
  });

  test('another currency is refused', () => {
    payment(requested, authorized)
      .when({ type: 'RequestCapture', data: { amount: money(10, 'USD'), at } })
      .thenFails('CURRENCY_MISMATCH');
  });

  test('a capture that the provider refuses for good fails the payment, and what is held is released', () => {
    payment(requested, authorized, captureRequested).when(recordCaptureFailure).then(failed);
    expect(outcomeOf([requested, authorized, captureRequested], recordCaptureFailure).work).toEqual(['void p1:void']);
  });

  test('when the capture of a cancelled payment has won at the provider, the money goes back', () => {
    payment(requested, authorized, captureRequested, voided)
      .when(recordCapture())
      .then(captured, refundRequested('r0', 1000, 'ORDER_CANCELLED'));
    expect(outcomeOf([requested, authorized, captureRequested, voided], recordCapture()).work).toEqual([
      'refund p1:refund:r0',
    ]);
  });
});

describe('a cancelled order', () => {
  test('voids what was not captured, here and at the provider', () => {
    payment(requested).when(cancel).then(voided);
    expect(outcomeOf([requested], cancel).work).toEqual(['void p1:void']);
    payment(requested, authorized).when(cancel).then(voided);
    expect(outcomeOf([requested, authorized, captureRequested], cancel).work).toEqual(['void p1:void']);
  });

  test('gives back all that was captured and not yet given back', () => {
    payment(requested, authorized, captured)
      .when(cancel)
      .then(refundRequested('r0', 1000, 'ORDER_CANCELLED'));
    payment(requested, authorized, captured, refundRequested('r1', 300), refunded('r1', 300))
      .when(cancel)
      .then(refundRequested('r0', 700, 'ORDER_CANCELLED'));
    payment(requested, authorized, captured, refundRequested('r1', 1000)).when(cancel).then();
  });
});

describe('refunds', () => {
  const paid = [requested, authorized, captureRequested, captured];

  test('all of it unless an amount is given', () => {
    payment(...paid)
      .when(refund('r1', null))
      .then(refundRequested('r1', 1000));
    payment(...paid)
      .when(refund('r1', 1))
      .then(refundRequested('r1', 1));
    expect(outcomeOf([...paid], refund('r1', 1)).work).toEqual(['refund p1:refund:r1']);
  });

  test('refunds under way and done together never exceed what was captured', () => {
    const some = [...paid, refundRequested('r1', 300), refundRequested('r2', 300), refunded('r2', 300)];
    payment(...some)
      .when(refund('r3', 401))
      .thenFails('REFUND_EXCEEDS_CAPTURED');
    payment(...some)
      .when(refund('r3', 400))
      .then(refundRequested('r3', 400));
    payment(...some)
      .when(refund('r3', null))
      .then(refundRequested('r3', 400));
  });

  test('after a partial capture only that part can be given back', () => {
    const part: PaymentEvent = { type: 'PaymentCaptured', data: { ...about, amount: eur(400) } };
    payment(requested, authorized, part).when(refund('r1', 401)).thenFails('REFUND_EXCEEDS_CAPTURED');
  });

  test('a refund that failed can be asked for again', () => {
    payment(...paid, refundRequested('r1', 1000), refundFailed('r1', 1000))
      .when(refund('r2', null))
      .then(refundRequested('r2', 1000));
  });

  test('the same refund is requested and recorded once', () => {
    payment(...paid, refundRequested('r1', 300))
      .when(refund('r1', 300))
      .then();
    payment(...paid, refundRequested('r1', 300), refunded('r1', 300))
      .when(recordRefund('r1'))
      .then();
    payment(...paid, refundRequested('r1', 300), refundFailed('r1', 300))
      .when(recordRefundFailure('r1'))
      .then();
  });

  test('nothing and less cannot be given back', () => {
    payment(...paid)
      .when(refund('r1', 0))
      .thenFails('PAYMENT_AMOUNT_INVALID');
    payment(...paid)
      .when(refund('r1', -5))
      .thenFails('PAYMENT_AMOUNT_INVALID');
  });

  test('the status follows what has really gone back', () => {
    expect(outcomeOf([...paid], refund('r1', 300)).status).toBe('CAPTURED');
    expect(outcomeOf([...paid, refundRequested('r1', 300)], recordRefund('r1')).status).toBe('PARTIALLY_REFUNDED');
    expect(outcomeOf([...paid, refundRequested('r1', 1000)], recordRefund('r1')).status).toBe('REFUNDED');
    expect(outcomeOf([...paid, refundRequested('r1', 1000)], recordRefundFailure('r1')).status).toBe('CAPTURED');
  });
});

describe('the table of transitions', () => {
  const paid = [requested, authorized, captureRequested, captured];
  /** Every status, by the shortest history that leads there with a refund `r1` in it where there can be one. */
  const statuses: Readonly<Record<Payment['status'], readonly PaymentEvent[]>> = {
    NONE: [],
    REQUESTED: [requested],
    AUTHORIZED: [requested, authorized],
    CAPTURED: [...paid, refundRequested('r1', 300)],
    PARTIALLY_REFUNDED: [...paid, refundRequested('r0', 300), refunded('r0', 300), refundRequested('r1', 300)],
    REFUNDED: [...paid, refundRequested('r1', 1000), refunded('r1', 1000)],
    DECLINED: [requested, declined],
    VOIDED: [requested, authorized, voided],
    FAILED: [requested, authorized, captureRequested, failed],
  };
  const commands: Readonly<Record<PaymentCommandType, PaymentCommand>> = {
    RequestPayment: request,
    RecordAuthorization: recordAuthorization('manual'),
    RecordDecline: recordDecline,
    RequestCapture: capture(null),
    RecordCapture: recordCapture(),
    RecordCaptureFailure: recordCaptureFailure,
    CancelPayment: { type: 'CancelPayment', data: { reason: 'ORDER_CANCELLED', refundId: 'r9', at } },
    RecordRelease: recordRelease,
    RequestRefund: refund('r2', 100),
    RecordRefund: recordRefund('r1'),
    RecordRefundFailure: recordRefundFailure('r1'),
  };

  const cell = (command: PaymentCommand, history: readonly PaymentEvent[]): string => {
    try {
      const events = paymentDecider.decide(command, stateAfter(history));
      return events.length === 0 ? '-' : events.map(({ type }) => type).join(' + ');
    } catch (error) {
      if (error instanceof DomainError) return error.code;
      throw error;
    }
  };
  const names = Object.keys(statuses);
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const derived = [
    row(['command', ...names]),
    row(['---', ...names.map(() => '---')]),
    ...Object.entries(commands).map(([name, command]) =>
      row([name, ...Object.values(statuses).map((history) => cell(command, history))]),
    ),
  ];

  test('every history leads to the status it stands for', () => {
    expect(Object.values(statuses).map((history) => stateAfter(history).status)).toEqual(names);
  });

  test('the README prints what the decider decides, for every command in every status', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    // The formatter pads the columns of a table.
    const printed = readme
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) =>
        row(
          line
            .split('|')
            .slice(1, -1)
            .map((text) => text.trim().replace(/^-{3,}$/, '---')),
        ),
      );
    expect(printed).toEqual(derived);
  });
});
