import type { CardMethod, DeclineCode, PaymentFailureCode, VoidReason } from '@supergraph/events';
import type { Money } from '@supergraph/money';

type Command<Type extends string, Data> = Readonly<{ type: Type; data: Readonly<Data & { at: string }> }>;

/**
 * What can be asked of a payment. Ids and times come in with the command: a decision is made again after a
 * version conflict and must come out the same. `at` is RFC 3339 in UTC.
 */
export type PaymentCommand =
  /** Orders wants to be paid. `orderCancelled`: the order was cancelled before this command arrived. */
  | Command<
      'RequestPayment',
      { paymentId: string; orderId: string; customerId: string; amount: Money; orderCancelled: boolean }
    >
  /** The provider said yes. `capture`: whether the money is to be taken at once, or when somebody asks. */
  | Command<'RecordAuthorization', { authorizationId: string; method: CardMethod; capture: 'automatic' | 'manual' }>
  /** The provider said no. */
  | Command<'RecordDecline', { code: DeclineCode }>
  /** Take the money, or a part of it; null is all of it. */
  | Command<'RequestCapture', { amount: Money | null }>
  /** The provider took the money. `refundId` names the refund that is due when the payment ended meanwhile. */
  | Command<'RecordCapture', { amount: Money; refundId: string }>
  /** The provider will never take the money. */
  | Command<'RecordCaptureFailure', { code: PaymentFailureCode }>
  /** The order is off: let go of the money, or give it back under `refundId` when it was taken. */
  | Command<'CancelPayment', { reason: VoidReason; refundId: string }>
  /** The provider let go of what it held. */
  | Command<'RecordRelease', { authorizationId: string }>
  /** Give money back; null is all that is left of it. */
  | Command<'RequestRefund', { refundId: string; amount: Money | null; reason: string }>
  /** The provider gave it back. */
  | Command<'RecordRefund', { refundId: string }>
  /** The provider will not give it back. */
  | Command<'RecordRefundFailure', { refundId: string; code: PaymentFailureCode }>;

export type PaymentCommandType = PaymentCommand['type'];
