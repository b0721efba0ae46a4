import type { CardMethod, DeclineCode, PaymentFailureCode } from '@supergraph/events';
import type { Money } from '@supergraph/money';

/** On every call: the same key asks for the same thing, however often; `signal` ends the wait. */
type Call = Readonly<{ idempotencyKey: string; paymentId: string; signal: AbortSignal }>;

export type AuthorizeAnswer =
  | Readonly<{ outcome: 'authorized'; authorizationId: string; method: CardMethod }>
  | Readonly<{ outcome: 'declined'; code: DeclineCode }>;

export type CaptureAnswer =
  Readonly<{ outcome: 'captured'; amount: Money }> | Readonly<{ outcome: 'refused'; code: PaymentFailureCode }>;

export type VoidAnswer =
  /** Nothing is held any more. `authorizationId`: what was released; null when nothing had been held. */
  | Readonly<{ outcome: 'voided'; authorizationId: string | null }>
  /** Too late: the money was taken before. */
  | Readonly<{ outcome: 'captured'; amount: Money }>;

export type RefundAnswer =
  Readonly<{ outcome: 'refunded' }> | Readonly<{ outcome: 'refused'; code: PaymentFailureCode }>;

/**
 * A provider of card payments, as this service needs it. What the provider decides is an answer, a refusal included;
 * what keeps it from answering is an error: DomainError PROVIDER_UNAVAILABLE, and then nobody knows whether it was
 * done. The same call with the same key finds out, and never does it twice.
 */
export type PaymentProvider = Readonly<{
  /** Holds an amount on the card behind a token. */
  authorize: (call: Call & Readonly<{ amount: Money; token: string }>) => Promise<AuthorizeAnswer>;
  /** Takes what is held, or a part of it; the rest is released. */
  capture: (call: Call & Readonly<{ authorizationId: string; amount: Money }>) => Promise<CaptureAnswer>;
  /**
   * Releases whatever is held for a payment, also when the caller never heard of it (its answer was lost); what is
   * authorised for this payment later is refused.
   */
  void: (call: Call) => Promise<VoidAnswer>;
  /** Gives back captured money. */
  refund: (call: Call & Readonly<{ authorizationId: string; amount: Money }>) => Promise<RefundAnswer>;
}>;
