import type { Tx } from '@supergraph/postgres';
import type { Product } from './domain/product.ts';
import { isUuid } from './text.ts';

/** The columns that make up a product. */
export const productColumns = `id, sku, name, description, category_slug, price_amount, currency, on_hand, reserved,
  active, version, created_at, updated_at`;

/** A row of `products` as the driver hands it over. */
export type ProductRow = Readonly<{
  id: string;
  sku: string;
  name: string;
  description: string;
  category_slug: string;
  price_amount: number;
  currency: string;
  on_hand: number;
  reserved: number;
  active: boolean;
  version: number;
  created_at: string;
  updated_at: string;
}>;

/** The product in a row. */
export const toProduct = (row: ProductRow): Product => ({
  id: row.id,
  sku: row.sku,
  name: row.name,
  description: row.description,
  categorySlug: row.category_slug,
  price: { amount: row.price_amount, currency: row.currency },
  onHand: row.on_hand,
  reserved: row.reserved,
  active: row.active,
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

/** Adds a product. Fails on `products_sku_key` when the sku is taken. */
export const insertProduct = async (tx: Tx, product: Product): Promise<void> => {
  await tx.query(
    `INSERT INTO products (${productColumns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    valuesOf(product),
  );
};

/** Writes back what may change of a product. The caller holds the row's lock. */
export const saveProduct = async (tx: Tx, product: Product): Promise<void> => {
  const [id, , ...changeable] = valuesOf(product);
  await tx.query(
    `UPDATE products
        SET name = $2, description = $3, category_slug = $4, price_amount = $5, currency = $6, on_hand = $7,
            reserved = $8, active = $9, version = $10, created_at = $11, updated_at = $12
      WHERE id = $1`,
    [id, ...changeable],
  );
};

/**
 * Locks products until the end of the transaction and reads them; those that are unknown are missing. Always in the
 * order of their ids: two transactions that want the same products in different orders would wait for each other.
 */
export const lockProducts = async (tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, Product>> => {
  const rows = await tx.query<ProductRow>(
    `SELECT ${productColumns} FROM products WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE`,
    [ids.filter(isUuid)],
  );
  return new Map(rows.map((row) => [row.id, toProduct(row)]));
};

const valuesOf = (product: Product): readonly unknown[] => [
  product.id,
  product.sku,
  product.name,
  product.description,
  product.categorySlug,
  product.price.amount,
  product.price.currency,
  product.onHand,
  product.reserved,
  product.active,
  product.version,
  product.createdAt,
  product.updatedAt,
];
