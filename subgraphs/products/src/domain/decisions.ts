import { DomainError } from '@supergraph/errors';
import { equalMoney, type Money } from '@supergraph/money';
import { availableOf, type Product, type ProductChange, type SingleProductEvent } from './product.ts';

/** GraphQL's Int and PostgreSQL's integer end here. */
const largestCount = 2_147_483_647;

/** What describes a product and may change; a field left out stays as it is. */
export type Description = Readonly<{
  name?: string;
  description?: string;
  categorySlug?: string;
  active?: boolean;
}>;

/** Describes a product anew; nothing happens when all of it is so already. */
export const decideDescription = (product: Product, changes: Description, at: string): readonly ProductChange[] => {
  const { id: productId, sku, name, description, categorySlug, active } = product;
  const before = { name, description, categorySlug, active };
  const after = { ...before, ...changes };
  const same =
    after.name === name &&
    after.description === description &&
    after.categorySlug === categorySlug &&
    after.active === active;
  return same ? [] : [{ type: 'ProductUpdated', data: { productId, sku, ...after, at } }];
};

/** Sets a price; nothing happens when it is the price already. */
export const decidePrice = (product: Product, to: Money, at: string): readonly ProductChange[] => {
  if (equalMoney(product.price, to)) return [];
  const { id: productId, sku, name, active, price: previousPrice } = product;
  return [{ type: 'ProductPriceChanged', data: { productId, sku, name, active, price: to, previousPrice, at } }];
};

/**
 * Adds pieces to the warehouse, or takes some out.
 *
 * @throws DomainError STOCK_NEGATIVE when fewer would be left than orders hold back
 * @throws DomainError BAD_USER_INPUT when there would be more than can be counted
 */
export const decideAdjustment = (product: Product, delta: number, at: string): readonly ProductChange[] => {
  const { id: productId, reserved } = product;
  const onHand = product.onHand + delta;
  if (onHand < reserved) {
    const details = { productId, available: availableOf(product), delta };
    throw new DomainError('STOCK_NEGATIVE', 'Fewer pieces would be left than orders hold back.', details);
  }
  if (onHand > largestCount)
    throw new DomainError('BAD_USER_INPUT', `A warehouse holds ${largestCount} pieces at most.`, { productId, delta });
  return [{ type: 'ProductStockChanged', data: { productId, onHand, reserved, delta, reason: 'ADJUSTED', at } }];
};

/** Pieces that an order held back have left the warehouse: on hand and reserved both go down. */
export const decideShipment = (product: Product, quantity: number, at: string): readonly ProductChange[] => {
  const onHand = product.onHand - quantity;
  const reserved = product.reserved - quantity;
  const data = { productId: product.id, onHand, reserved, delta: -quantity, reason: 'SHIPPED' as const, at };
  return [{ type: 'ProductStockChanged', data }];
};

/** What the world is told of a new product: all that a reader needs for its own copy. */
export const productCreated = (product: Product): SingleProductEvent => {
  const { id: productId, sku, name, description, categorySlug, price, active, onHand, createdAt: at } = product;
  return {
    type: 'ProductCreated',
    data: { productId, sku, name, description, categorySlug, price, active, onHand, at },
  };
};
