import { createCategory } from '../categories.ts';
import type { MutationResolvers } from '../generated/graphql.ts';

export const Mutation: MutationResolvers = {
  createProduct: async (_, { input }, context) => ({ product: await context.commands.create(input, context) }),
  updateProduct: async (_, { input }, context) => ({ product: await context.commands.update(input, context) }),
  changePrice: async (_, { input }, context) => ({ product: await context.commands.changePrice(input, context) }),
  adjustStock: async (_, { input }, context) => ({ product: await context.commands.adjustStock(input, context) }),
  createCategory: async (_, { input }, context) => ({ category: await createCategory(context.db, input, context) }),
};
