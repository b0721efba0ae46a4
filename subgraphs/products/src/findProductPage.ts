import type { Db } from '@supergraph/postgres';
import type { Product } from './domain/product.ts';
import type { Visibility } from './findProducts.ts';
import type { ProductSort } from './generated/graphql.ts';
import { productColumns, toProduct, type ProductRow } from './productRows.ts';
import type { SearchText } from './searchText.ts';
import { sortings, type SortKey } from './sorting.ts';
import { isSlug } from './text.ts';

/** What a list of products shows; a condition left out, or null, holds for all. */
export type ProductConditions = Readonly<{
  category?: string | null;
  price?: Readonly<{ min?: number | null; max?: number | null; currency: string }> | null;
  inStock?: boolean | null;
  active?: boolean | null;
}>;

/** A product and its key in the order that was asked for. */
export type PlacedProduct = Readonly<{ product: Product; key: SortKey }>;

/** Which page of which list. */
export type PageRequest = Readonly<{
  conditions: ProductConditions;
  search: SearchText | null;
  /** RELEVANCE only together with a search. */
  sort: ProductSort;
  /** The most products to return. */
  limit: number;
  /** Key and id of the last product already seen. */
  after: Readonly<{ key: SortKey; id: string }> | null;
}>;

/**
 * Reads products in order from a place on: never by counting rows, so that a page far down costs what the first one
 * costs, and what is added or sold meanwhile shifts nothing.
 */
export async function findProductPage(
  db: Db,
  { conditions, search, sort, limit, after }: PageRequest,
  visibility: Visibility,
): Promise<readonly PlacedProduct[]> {
  const params: unknown[] = [];
  const bind = (value: unknown): string => `$${params.push(value)}`;

  const where: string[] = [];
  if (!visibility.inactive) where.push('active');
  if (typeof conditions.active === 'boolean') where.push(`active = ${bind(conditions.active)}`);
  if (typeof conditions.inStock === 'boolean') where.push(`(reserved < on_hand) = ${bind(conditions.inStock)}`);
  if (typeof conditions.category === 'string') where.push(inSubtree(bind(slugOf(conditions.category))));
  if (conditions.price) {
    const { min, max, currency } = conditions.price;
    where.push(`currency = ${bind(currency.replaceAll('\0', ''))}`);
    if (typeof min === 'number') where.push(`price_amount >= ${bind(min)}`);
    if (typeof max === 'number') where.push(`price_amount <= ${bind(max)}`);
  }

  let query = '';
  if (search !== null) {
    query = `websearch_to_tsquery('english', ${bind(search.whole)})`;
    if (search.prefix !== null) {
      const before = `websearch_to_tsquery('english', ${bind(search.before)})`;
      query = `(${query} || (${before} && to_tsquery('simple', ${bind(search.prefix)})))`;
    }
    where.push(`search @@ ${query}`);
  }

  const sorting = sortings[sort];
  const { direction } = sorting;
  // A function, because a replacement text would take the `$1` in it for a reference.
  const key = sorting.key.replace('$search', () => query);
  if (after !== null) {
    const beyond = direction === 'ASC' ? '>' : '<';
    where.push(`(${key}, id) ${beyond} (${bind(after.key)}::${sorting.type}, ${bind(after.id)}::uuid)`);
  }

  const rows = await db.query<ProductRow & { key: SortKey }>(
    `SELECT ${productColumns}, ${key} AS key FROM products
      ${where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`}
      ORDER BY ${key} ${direction}, id ${direction}
      LIMIT ${bind(limit)}`,
    params,
  );
  return rows.map((row) => ({ product: toProduct(row), key: row.key }));
}

/** The products of a category and of all below it: a subtree is a prefix of paths. */
const inSubtree = (slug: string): string =>
  `category_slug IN (SELECT below.slug FROM categories AS top
     JOIN categories AS below ON below.path = top.path OR below.path LIKE top.path || '/%'
    WHERE top.slug = ${slug})`;

/** What cannot be a slug is the slug of no category. */
const slugOf = (text: string): string => (isSlug(text) ? text : '');
