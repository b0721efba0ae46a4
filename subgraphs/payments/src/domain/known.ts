import { DomainError } from '@supergraph/errors';
import type { Money } from '@supergraph/money';
import type { PaymentCommand, PaymentCommandType } from './commands.ts';
import type { Payment, Unrequested } from './payment.ts';

/** A payment that was asked for. */
export type Known = Exclude<Payment, Unrequested>;

/** What comes with a command. */
export type DataOf<Type extends PaymentCommandType> = Extract<PaymentCommand, { type: Type }>['data'];

/** What every event says of its payment. */
export const about = ({ paymentId, orderId, customerId }: Known, at: string) => ({
  paymentId,
  orderId,
  customerId,
  at,
});

/** Two answers of the provider exclude each other, or an answer came to a question never asked. */
export const contradiction = (state: Payment, what: string): DomainError =>
  new DomainError('PAYMENT_ANSWER_CONTRADICTS', `The provider reports ${what}, which cannot be in this status.`, {
    status: state.status,
  });

/** @throws DomainError PAYMENT_AMOUNT_INVALID */
export const mustBePositive = ({ amount }: Money): void => {
  if (amount <= 0) throw new DomainError('PAYMENT_AMOUNT_INVALID', 'The amount must be more than nothing.', { amount });
};
