import { moneySchema } from '@supergraph/money';
import { z } from 'zod';
import type { EventOf } from './contract.ts';

/** Why the provider said no to a card. Stable names of our own: a provider's codes are translated at its port. */
export const declineCodes = ['CARD_DECLINED', 'INSUFFICIENT_FUNDS', 'INVALID_TOKEN'] as const;
export type DeclineCode = (typeof declineCodes)[number];

/** Why money that was promised could not be taken or given back. */
export const paymentFailureCodes = ['AUTHORIZATION_EXPIRED', 'AUTHORIZATION_RELEASED', 'REFUSED_BY_PROVIDER'] as const;
export type PaymentFailureCode = (typeof paymentFailureCodes)[number];

/** Why a payment was given up before any money moved. */
export const voidReasons = ['ORDER_CANCELLED'] as const;
export type VoidReason = (typeof voidReasons)[number];

/** Each event says which order it belongs to (also its message key) and whose payment it is. */
const about = { paymentId: z.string(), orderId: z.string(), customerId: z.string(), at: z.iso.datetime() };
const refund = { ...about, refundId: z.string(), amount: moneySchema };

const method = z.object({ brand: z.string(), last4: z.string().regex(/^\d{4}$/) });
/** What a person may see of the card: never the token it was paid with. */
export type CardMethod = Readonly<z.infer<typeof method>>;

/**
 * The facts on `payment-events`, by type. The message key is the ORDER id, so what happens to one order's payment
 * arrives in order. Amounts are in minor units, times RFC 3339 in UTC.
 */
export const paymentEventSchemas = {
  /** Orders asked for a payment; nothing was sent to the provider yet. */
  PaymentRequested: z.object({ ...about, amount: moneySchema }),
  /** The provider holds the amount for us. */
  PaymentAuthorized: z.object({ ...about, amount: moneySchema, authorizationId: z.string(), method }),
  /** The provider refused the card: an outcome the business expects. */
  PaymentDeclined: z.object({ ...about, code: z.enum(declineCodes) }),
  /** Somebody, or automatic capture, asked to take the held amount (or a part of it). */
  PaymentCaptureRequested: z.object({ ...about, amount: moneySchema }),
  /** The money is ours: the order is paid. */
  PaymentCaptured: z.object({ ...about, amount: moneySchema }),
  /** The provider will never capture (the hold expired, say): no money moved, and none will. */
  PaymentFailed: z.object({ ...about, code: z.enum(paymentFailureCodes) }),
  /** Given up before any money moved; what is held at the provider will be released. */
  PaymentVoided: z.object({ ...about, reason: z.enum(voidReasons) }),
  /** The provider's yes came after the payment had ended: the hold is to be released. */
  PaymentAuthorizedLate: z.object({ ...about, authorizationId: z.string() }),
  /** The provider released its hold on the customer's money. */
  PaymentAuthorizationReleased: z.object({ ...about, authorizationId: z.string() }),
  /** Money is to be given back. */
  RefundRequested: z.object({ ...refund, reason: z.string() }),
  /** Money was given back: `amount` by this refund. */
  PaymentRefunded: z.object(refund),
  /** The provider refused to give money back: a person has to look at it. */
  RefundFailed: z.object({ ...refund, code: z.enum(paymentFailureCodes) }),
} as const;

export type PaymentEventType = keyof typeof paymentEventSchemas;

/** Everything that can happen to a payment. */
export type PaymentEvent = EventOf<typeof paymentEventSchemas>;
