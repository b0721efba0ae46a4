import type { StoredEvent } from '@supergraph/events';
import type { SubscriptionResolvers } from '../generated/graphql.ts';

export const Subscription: SubscriptionResolvers = {
  orderEvents: {
    subscribe: (_, { orderId = null }, { subscriptions, viewer, request }) =>
      subscriptions.follow(orderId, viewer, request),
    // The stream carries the events themselves, not objects with a field `orderEvents`.
    resolve: (event: StoredEvent) => event,
  },
};
