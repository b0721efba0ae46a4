import { parseEvent, productEventSchemas, type StoredEvent } from '@supergraph/events';
import type { Query, Tx } from '@supergraph/postgres';
import type { PricedProduct } from './domain/basket.ts';

/** What orders knows of these products; those it never heard of are left out. */
export async function findPrices(
  from: Readonly<{ query: Query }>,
  productIds: readonly string[],
): Promise<readonly PricedProduct[]> {
  const rows = await from.query<{
    product_id: string;
    sku: string;
    name: string;
    price_amount: number;
    price_currency: string;
    active: boolean;
  }>(
    `SELECT product_id, sku, name, price_amount, price_currency, active FROM product_prices
     WHERE product_id = ANY($1)`,
    [productIds],
  );
  return rows.map((row) => ({
    productId: row.product_id,
    sku: row.sku,
    name: row.name,
    price: { amount: row.price_amount, currency: row.price_currency },
    active: row.active,
  }));
}

/**
 * Keeps orders' own copy of the catalogue, so that placing an order asks no other service. The version of the product
 * decides, not the time of arrival: an event that comes twice or late changes nothing.
 */
export async function keepPrice(event: StoredEvent, tx: Tx): Promise<void> {
  const change = parseEvent(productEventSchemas, event);
  if (change === null) return;
  const version = change.aggregateVersion;
  switch (change.type) {
    case 'ProductCreated':
    case 'ProductPriceChanged': {
      const { productId, sku, name, price, active } = change.data;
      await tx.query(
        `INSERT INTO product_prices (product_id, sku, name, price_amount, price_currency, active, aggregate_version)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (product_id) DO UPDATE
           SET sku = excluded.sku, name = excluded.name, price_amount = excluded.price_amount,
               price_currency = excluded.price_currency, active = excluded.active,
               aggregate_version = excluded.aggregate_version
           WHERE product_prices.aggregate_version < excluded.aggregate_version`,
        [productId, sku, name, price.amount, price.currency, active, version],
      );
      return;
    }
    case 'ProductUpdated': {
      const { productId, sku, name, active } = change.data;
      await tx.query(
        `UPDATE product_prices SET sku = $2, name = $3, active = $4, aggregate_version = $5
         WHERE product_id = $1 AND aggregate_version < $5`,
        [productId, sku, name, active, version],
      );
      return;
    }
    case 'ProductStockChanged':
    case 'StockReserved':
    case 'StockRejected':
    case 'StockReleased':
      return; // nothing about prices
  }
}
