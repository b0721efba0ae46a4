import { DomainError } from '@supergraph/errors';
import type { OrderItem } from '@supergraph/events';
import { multiplyMoney, sumMoney, type Money } from '@supergraph/money';

export type BasketLine = Readonly<{ productId: string; quantity: number }>;
/** What orders knows of a product, from the events of products. */
export type PricedProduct = Readonly<{
  productId: string;
  sku: string;
  name: string;
  price: Money;
  /** An inactive product is not on sale. */
  active: boolean;
}>;

const maxLines = 50;
const maxQuantity = 100;

/**
 * Refuses a basket that nobody can mean: no or more than 50 lines, a product twice, a quantity outside 1 to 100.
 *
 * @throws DomainError BASKET_INVALID or QUANTITY_OUT_OF_RANGE.
 */
export function checkBasket(lines: readonly BasketLine[]): void {
  if (lines.length < 1 || lines.length > maxLines)
    throw new DomainError('BASKET_INVALID', `An order has 1 to ${maxLines} items.`, { items: lines.length });
  const twice = lines.filter(
    ({ productId }, index) => lines.findIndex((other) => other.productId === productId) < index,
  );
  if (twice.length > 0)
    throw new DomainError('BASKET_INVALID', 'A product can be in an order once; raise its quantity instead.', {
      productIds: [...new Set(twice.map(({ productId }) => productId))],
    });
  const outside = lines.filter(({ quantity }) => quantity < 1 || quantity > maxQuantity);
  if (outside.length > 0)
    throw new DomainError('QUANTITY_OUT_OF_RANGE', `A quantity is a number from 1 to ${maxQuantity}.`, {
      productIds: outside.map(({ productId }) => productId),
    });
}

/**
 * The items and the total of a basket at today's prices, in the order of the basket.
 *
 * @param products what is known of the products in the basket; may lack some.
 * @throws DomainError PRODUCT_UNAVAILABLE naming every product that is unknown or not on sale; what money throws when
 *   currencies are mixed or the total does not fit.
 */
export function priceBasket(
  lines: readonly BasketLine[],
  products: readonly PricedProduct[],
): Readonly<{ items: readonly OrderItem[]; total: Money }> {
  const known = new Map(products.filter(({ active }) => active).map((product) => [product.productId, product]));
  const productIds = lines.map(({ productId }) => productId).filter((productId) => !known.has(productId));
  if (productIds.length > 0)
    throw new DomainError('PRODUCT_UNAVAILABLE', 'Some products are not on sale.', { productIds });

  const items = lines.flatMap(({ productId, quantity }) => {
    const product = known.get(productId);
    return product === undefined
      ? []
      : [{ productId, sku: product.sku, name: product.name, quantity, unitPrice: product.price }];
  });
  const currency = items[0]?.unitPrice.currency ?? '';
  const total = sumMoney(
    items.map(({ unitPrice, quantity }) => multiplyMoney(unitPrice, quantity)),
    currency,
  );
  return { items, total };
}
