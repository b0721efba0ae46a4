import { can, isSelf } from '@supergraph/auth';
import { pageArgs } from '@supergraph/subgraph-kit';
import type { QueryResolvers } from '../generated/graphql.ts';
import { orderCursor } from '../orderPages.ts';

export const Query: QueryResolvers = {
  // Somebody else's order is null, as if unknown: an error would tell that it exists.
  order: async (_, { id }, { loaders, viewer }) => {
    const order = await loaders.orders.load(id);
    return order !== null && (isSelf(viewer, order.customerId) || can(viewer, 'order:read')) ? order : null;
  },
  orders: (_, { filter, ...page }, { orders }) =>
    orders.page(
      { status: filter?.status ?? null, customerId: filter?.customerId ?? null },
      pageArgs(page, orderCursor),
    ),
};
