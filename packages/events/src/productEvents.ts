import { moneySchema } from '@supergraph/money';
import { z } from 'zod';
import type { EventOf } from './contract.ts';

/** RFC 3339 in UTC, as every time in an event. */
const at = z.iso.datetime();

/** One line of a reservation: how many pieces of a product an order holds. A product stands in one line only. */
export const stockLineSchema = z.object({ productId: z.string(), quantity: z.int().positive() });
export type StockLine = Readonly<z.infer<typeof stockLineSchema>>;

/** A product that an order asked for and could not get; `available` is 0 for one that is unknown or not on sale. */
export const unavailableLineSchema = z.object({
  productId: z.string(),
  requested: z.int().positive(),
  available: z.int().nonnegative(),
});
export type UnavailableLine = Readonly<z.infer<typeof unavailableLineSchema>>;

/** Why the pieces on hand changed: staff counted, received or wrote off; or an order left the warehouse. */
export const stockChangeReasonSchema = z.enum(['ADJUSTED', 'SHIPPED']);
export type StockChangeReason = z.infer<typeof stockChangeReasonSchema>;

/**
 * The contract of topic `product-events`: what each type of event carries. Events of a product are keyed by the
 * product's id; those of a stock reservation (aggregate `StockReservation`, aggregate id = order id) by the order's id.
 */
export const productEventSchemas = {
  /** A product is in the catalogue; all that a reader needs for its own copy. */
  ProductCreated: z.object({
    productId: z.string(),
    sku: z.string(),
    name: z.string(),
    description: z.string(),
    categorySlug: z.string(),
    price: moneySchema,
    active: z.boolean(),
    /** Pieces in the warehouse. */
    onHand: z.int().nonnegative(),
    at,
  }),
  /** What describes the product changed; carries the new values of all of them. An inactive product is not on sale. */
  ProductUpdated: z.object({
    productId: z.string(),
    sku: z.string(),
    name: z.string(),
    description: z.string(),
    categorySlug: z.string(),
    active: z.boolean(),
    at,
  }),
  ProductPriceChanged: z.object({
    productId: z.string(),
    sku: z.string(),
    name: z.string(),
    active: z.boolean(),
    price: moneySchema,
    previousPrice: moneySchema,
    at,
  }),
  /** The pieces on hand changed by `delta`. What orders hold back is told by the reservation's own events. */
  ProductStockChanged: z.object({
    productId: z.string(),
    onHand: z.int().nonnegative(),
    reserved: z.int().nonnegative(),
    delta: z.int(),
    reason: stockChangeReasonSchema,
    at,
  }),
  /** Every line of the order is held back for it. */
  StockReserved: z.object({ orderId: z.string(), lines: z.array(stockLineSchema), at }),
  /** At least one line could not be had, so nothing was reserved. */
  StockRejected: z.object({ orderId: z.string(), unavailable: z.array(unavailableLineSchema), at }),
  /** The order ended before it was shipped; its lines can be sold again. */
  StockReleased: z.object({ orderId: z.string(), lines: z.array(stockLineSchema), at }),
} as const;

export type ProductEventType = keyof typeof productEventSchemas;

/** Everything that can happen to a product or to the stock that an order holds. */
export type ProductEvent = EventOf<typeof productEventSchemas>;
