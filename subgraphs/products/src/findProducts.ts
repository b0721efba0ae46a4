import type { Db } from '@supergraph/postgres';
import type { Product } from './domain/product.ts';
import { productColumns, toProduct, type ProductRow } from './productRows.ts';
import { isSku, isUuid } from './text.ts';

/** Which products a viewer gets to see at all. */
export type Visibility = Readonly<{ inactive: boolean }>;

/** The products with these ids, in that order; null for one that is unknown or not to be seen. */
export const findProductsById = async (
  db: Db,
  ids: readonly string[],
  { inactive }: Visibility,
): Promise<readonly (Product | null)[]> => {
  const asked = ids.map((id) => id.toLowerCase());
  const rows = await db.query<ProductRow>(
    `SELECT ${productColumns} FROM products WHERE id = ANY ($1::uuid[]) AND (active OR $2)`,
    [asked.filter(isUuid), inactive],
  );
  const byId = new Map(rows.map((row) => [row.id, toProduct(row)]));
  return asked.map((id) => byId.get(id) ?? null);
};

/** The products with these skus, in that order; null for one that is unknown or not to be seen. */
export const findProductsBySku = async (
  db: Db,
  skus: readonly string[],
  { inactive }: Visibility,
): Promise<readonly (Product | null)[]> => {
  const rows = await db.query<ProductRow>(
    `SELECT ${productColumns} FROM products WHERE sku = ANY ($1::text[]) AND (active OR $2)`,
    [skus.filter(isSku), inactive],
  );
  const bySku = new Map(rows.map((row) => [row.sku, toProduct(row)]));
  return skus.map((sku) => bySku.get(sku) ?? null);
};

/** The latest additions to the catalogue that are on sale, without those given. */
export const findNewestProducts = async (
  db: Db,
  count: number,
  except: readonly string[],
): Promise<readonly Product[]> => {
  const rows = await db.query<ProductRow>(
    `SELECT ${productColumns} FROM products WHERE active AND id <> ALL ($1::uuid[]) ORDER BY added DESC LIMIT $2`,
    [except, count],
  );
  return rows.map(toProduct);
};
