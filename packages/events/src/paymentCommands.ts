import { moneySchema } from '@supergraph/money';
import { z } from 'zod';
import type { EventOf } from './contract.ts';

/**
 * The contract of topic `payment-commands`: what other services ask of payments. The message key is the order's id, so
 * that what concerns one order stays in order.
 */
export const paymentCommandSchemas = {
  /**
   * Collect `amount` from the customer for an order whose stock is reserved. `paymentId` is made by orders and is the
   * idempotency key all the way to the provider; `paymentToken` stands for the customer's card at the provider.
   */
  ProcessPayment: z.object({
    paymentId: z.string(),
    orderId: z.string(),
    customerId: z.string(),
    amount: moneySchema,
    paymentToken: z.string(),
    at: z.iso.datetime(),
  }),
} as const;

export type PaymentCommandType = keyof typeof paymentCommandSchemas;

export type PaymentCommand = EventOf<typeof paymentCommandSchemas>;
