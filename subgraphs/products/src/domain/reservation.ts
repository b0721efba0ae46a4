import type { StockLine, UnavailableLine } from '@supergraph/events';
import { availableOf, type Product } from './product.ts';

/** What became of an order's wish for stock. */
export type ReservationDecision =
  Readonly<{ status: 'RESERVED' }> | Readonly<{ status: 'REJECTED'; unavailable: readonly UnavailableLine[] }>;

/** An order's items with each product once, in the order of their ids: the order in which products are locked. */
export const linesOf = (items: readonly StockLine[]): readonly StockLine[] => {
  const quantities = new Map<string, number>();
  for (const { productId, quantity } of items) quantities.set(productId, (quantities.get(productId) ?? 0) + quantity);
  return [...quantities]
    .map(([productId, quantity]) => ({ productId, quantity }))
    .sort((a, b) => (a.productId < b.productId ? -1 : 1));
};

/** All lines or none: one product that is short, unknown or not on sale refuses the order. */
export const decideReservation = (
  lines: readonly StockLine[],
  products: ReadonlyMap<string, Pick<Product, 'onHand' | 'reserved' | 'active'>>,
): ReservationDecision => {
  const unavailable = lines
    .map(({ productId, quantity }) => {
      const product = products.get(productId);
      return { productId, requested: quantity, available: product?.active === true ? availableOf(product) : 0 };
    })
    .filter(({ requested, available }) => available < requested);
  return unavailable.length === 0 ? { status: 'RESERVED' } : { status: 'REJECTED', unavailable };
};
