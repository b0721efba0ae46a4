import { pageArgs } from '@supergraph/subgraph-kit';
import type { UserResolvers } from '../generated/graphql.ts';
import { orderCursor } from '../orderPages.ts';

export const User: UserResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  orders: ({ id }, page, { loaders }) =>
    loaders.customerPages.load({ customerId: id, page: pageArgs(page, orderCursor) }),
};
