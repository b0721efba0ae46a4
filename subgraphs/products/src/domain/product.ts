import type { ProductEvent } from '@supergraph/events';
import type { Money } from '@supergraph/money';

/** A product as the catalogue holds it. Times are RFC 3339, UTC. */
export type Product = Readonly<{
  id: string;
  sku: string;
  name: string;
  description: string;
  categorySlug: string;
  price: Money;
  /** Pieces in the warehouse. */
  onHand: number;
  /** Pieces that orders hold back; never more than there are on hand. */
  reserved: number;
  /** Whether it is on sale. */
  active: boolean;
  /** The number of its events so far. */
  version: number;
  createdAt: string;
  updatedAt: string;
}>;

/** The stock of a product as the warehouse sees it. */
export type Inventory = Pick<Product, 'onHand' | 'reserved'>;

/** How many pieces can be ordered now. */
export const availableOf = ({ onHand, reserved }: Inventory): number => onHand - reserved;

/** What happens to one product; the events of reservations are about an order. */
export type SingleProductEvent = Extract<ProductEvent, { type: `Product${string}` }>;

/** Events of a product that is there already. */
export type ProductChange = Exclude<SingleProductEvent, { type: 'ProductCreated' }>;

/** What an event means for a product. Believes every event, never throws. */
export const evolveProduct = (product: Product, event: ProductChange): Product => {
  const next = { ...product, version: product.version + 1, updatedAt: event.data.at };
  switch (event.type) {
    case 'ProductUpdated': {
      const { name, description, categorySlug, active } = event.data;
      return { ...next, name, description, categorySlug, active };
    }
    case 'ProductPriceChanged':
      return { ...next, price: event.data.price };
    case 'ProductStockChanged':
      return { ...next, onHand: event.data.onHand, reserved: event.data.reserved };
  }
};
