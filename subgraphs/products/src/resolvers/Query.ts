import type { QueryResolvers } from '../generated/graphql.ts';
import { findProduct } from '../findProduct.ts';
import { listProducts } from '../listProducts.ts';
import { seesInactive } from '../asker.ts';
import { trendingProducts } from '../trendingProducts.ts';

export const Query: QueryResolvers = {
  product: (_, args, { loaders }) => findProduct(loaders, args),
  products: (_, args, { db, viewer }) => listProducts(db, args, { inactive: seesInactive(viewer) }),
  categories: async (_, _args, { loaders }) => (await loaders.categories()).top(),
  category: async (_, { slug }, { loaders }) => (await loaders.categories()).find(slug),
  trendingProducts: (_, { first }, context) => trendingProducts(context, first),
};
