import type { MutationResolvers } from '../generated/graphql.ts';

export const Mutation: MutationResolvers = {
  placeOrder: (_, { input }, { orders, viewer, cause }) => orders.place(input, { viewer, cause }),
  cancelOrder: async (_, { input: { orderId, reason = null } }, { orders, viewer, cause }) => ({
    order: await orders.cancel({ orderId, reason }, { viewer, cause }),
  }),
  shipOrder: async (_, { input: { orderId, trackingNumber = null } }, { orders, viewer, cause }) => ({
    order: await orders.ship({ orderId, trackingNumber }, { viewer, cause }),
  }),
  deliverOrder: async (_, { input: { orderId } }, { orders, viewer, cause }) => ({
    order: await orders.deliver({ orderId }, { viewer, cause }),
  }),
};
