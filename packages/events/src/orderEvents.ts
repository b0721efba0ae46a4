import { moneySchema } from '@supergraph/money';
import { z } from 'zod';
import type { EventOf } from './contract.ts';

/** RFC 3339 in UTC, as every time in an event. */
const at = z.iso.datetime();
/** The user who asked for it; null when the platform itself did (a deadline, a declined payment). */
const by = z.string().nullable();

/** Why an order ended early. */
export const cancelReasonSchema = z.enum([
  'CUSTOMER_REQUEST',
  'STAFF_REQUEST',
  'OUT_OF_STOCK',
  'PAYMENT_DECLINED',
  'PAYMENT_TIMEOUT',
]);
export type CancelReason = z.infer<typeof cancelReasonSchema>;

/** One line of an order: what was bought, under the name and at the price it had when the order was placed. */
export const orderItemSchema = z.object({
  productId: z.string(),
  sku: z.string(),
  name: z.string(),
  quantity: z.int().positive(),
  unitPrice: moneySchema,
});
export type OrderItem = Readonly<z.infer<typeof orderItemSchema>>;

/**
 * The contract of topic `order-events`: what each type of event carries. Message key and aggregate id are the order's
 * id. The payment token is in no event: events are kept for ever, a token is needed once.
 */
export const orderEventSchemas = {
  /** The customer has ordered; stock and payment are still open. */
  OrderPlaced: z.object({
    orderId: z.string(),
    customerId: z.string(),
    paymentId: z.string(),
    items: z.array(orderItemSchema),
    total: moneySchema,
    shippingAddressId: z.string().nullable(),
    at,
  }),
  /** Every line is reserved in the warehouse; the order waits for its payment. */
  OrderStockReserved: z.object({ orderId: z.string(), at }),
  /** The payment is authorised but not yet captured. */
  OrderPaymentAuthorized: z.object({ orderId: z.string(), paymentId: z.string(), at }),
  /** The money is here; the order can be shipped. */
  OrderPaid: z.object({ orderId: z.string(), paymentId: z.string(), at }),
  OrderShipped: z.object({ orderId: z.string(), trackingNumber: z.string().nullable(), by, at }),
  OrderDelivered: z.object({ orderId: z.string(), by, at }),
  /** The order ended early: whoever holds stock or money for it gives it back. */
  OrderCancelled: z.object({ orderId: z.string(), paymentId: z.string(), reason: cancelReasonSchema, by, at }),
} as const;

export type OrderEventType = keyof typeof orderEventSchemas;

/** Everything that can happen to an order. */
export type OrderEvent = EventOf<typeof orderEventSchemas>;
