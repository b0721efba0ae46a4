import type { Db } from '@supergraph/postgres';
import { pageArgs } from '@supergraph/subgraph-kit';
import type { Product } from './domain/product.ts';
import { findNewestProducts, findProductsById } from './findProducts.ts';
import type { Trending } from './trending.ts';

/**
 * What is ordered most and on sale, filled up with the newest products.
 *
 * @throws DomainError PAGE_SIZE_OUT_OF_RANGE
 */
export async function trendingProducts(
  { db, trending }: Readonly<{ db: Db; trending: Trending }>,
  first: number | null | undefined,
): Promise<readonly Product[]> {
  const { limit } = pageArgs({ first: first ?? 10 });
  const ids = await trending.top();
  const found = ids.length === 0 ? [] : await findProductsById(db, ids, { inactive: false });
  const top = found.filter((product) => product !== null).slice(0, limit);
  if (top.length === limit) return top;
  const shown = top.map(({ id }) => id);
  return [...top, ...(await findNewestProducts(db, limit - top.length, shown))];
}
