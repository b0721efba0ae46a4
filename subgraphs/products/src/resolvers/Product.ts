import { DomainError } from '@supergraph/errors';
import { availableOf } from '../domain/product.ts';
import type { ProductResolvers } from '../generated/graphql.ts';

export const Product: ProductResolvers = {
  __resolveReference: (reference, { loaders }) =>
    'id' in reference ? loaders.productsById.load(reference.id) : loaders.productsBySku.load(reference.sku),
  category: async ({ categorySlug }, _, { loaders }) => {
    const category = (await loaders.categories()).find(categorySlug);
    if (category === null)
      throw new DomainError('CATEGORY_NOT_FOUND', 'There is no such category.', { slug: categorySlug });
    return category;
  },
  stock: (product) => availableOf(product),
  inStock: (product) => availableOf(product) > 0,
  inventory: (product) => product,
};
