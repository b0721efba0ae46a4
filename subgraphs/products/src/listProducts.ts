import type { Db } from '@supergraph/postgres';
import { pageArgs, toConnection, type Connection, type PageInput } from '@supergraph/subgraph-kit';
import type { Product } from './domain/product.ts';
import { findProductPage, type ProductConditions } from './findProductPage.ts';
import type { Visibility } from './findProducts.ts';
import type { ProductSort } from './generated/graphql.ts';
import { readSearchText } from './searchText.ts';
import { placeSchema, sortOf } from './sorting.ts';

/** What a client may ask of the list of products. */
export type ProductListInput = PageInput &
  Readonly<{
    filter?: (ProductConditions & Readonly<{ search?: string | null }>) | null;
    sort?: ProductSort | null;
  }>;

/**
 * A page of the catalogue.
 *
 * @throws DomainError PAGE_SIZE_OUT_OF_RANGE, CURSOR_INVALID (also for a cursor of another order), BAD_USER_INPUT for
 *   a search text that is too long
 */
export async function listProducts(
  db: Db,
  { filter, sort: asked, first, after }: ProductListInput,
  visibility: Visibility,
): Promise<Connection<Product>> {
  const search = readSearchText(filter?.search ?? '');
  const sort = sortOf(asked, search !== null);
  const page = pageArgs({ first, after }, placeSchema(sort));
  const [, key, id] = page.after ?? [];
  const rows = await findProductPage(
    db,
    {
      // Without a filter, what is on sale: the default of `ProductFilter.active`.
      conditions: filter ?? { active: true },
      search,
      sort,
      limit: page.limit + 1,
      after: key === undefined || id === undefined ? null : { key, id },
    },
    visibility,
  );
  const { edges, pageInfo } = toConnection(rows, page, ({ product, key: at }) => [sort, at, product.id]);
  return {
    edges: edges.map(({ cursor, node }) => ({ cursor, node: node.product })),
    nodes: edges.map(({ node }) => node.product),
    pageInfo,
  };
}
