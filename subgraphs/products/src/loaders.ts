import type { Db } from '@supergraph/postgres';
import DataLoader from 'dataloader';
import { loadCategoryTree } from './categories.ts';
import type { CategoryTree } from './domain/category.ts';
import type { Product } from './domain/product.ts';
import { findProductsById, findProductsBySku, type Visibility } from './findProducts.ts';

/** What one request reads; thrown away with its answer. */
export type Loaders = Readonly<{
  productsById: DataLoader<string, Product | null>;
  productsBySku: DataLoader<string, Product | null>;
  /** The tree, read once. */
  categories: () => Promise<CategoryTree>;
}>;

/**
 * The loaders of one request. They know what its viewer may see, so that no road to a product, `_entities` included,
 * shows one that is not on sale to somebody who may not see it.
 */
export function createLoaders(db: Db, visibility: Visibility): Loaders {
  let tree: Promise<CategoryTree> | undefined;
  return {
    productsById: new DataLoader((ids) => findProductsById(db, ids, visibility)),
    productsBySku: new DataLoader((skus) => findProductsBySku(db, skus, visibility)),
    categories: () => (tree ??= loadCategoryTree(db)),
  };
}
