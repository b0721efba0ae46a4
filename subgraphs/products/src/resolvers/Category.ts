import type { CategoryResolvers } from '../generated/graphql.ts';

export const Category: CategoryResolvers = {
  parent: async ({ parentSlug }, _, { loaders }) =>
    parentSlug === null ? null : (await loaders.categories()).find(parentSlug),
  ancestors: async (category, _, { loaders }) => (await loaders.categories()).ancestorsOf(category),
  children: async (category, _, { loaders }) => (await loaders.categories()).childrenOf(category),
};
