import { DateTime } from '@supergraph/subgraph-kit';
import type { Resolvers } from '../generated/graphql.ts';
import { Mutation } from './Mutation.ts';
import { Order, OrderEvent, OrderItem, OrderTimelineEntry } from './Order.ts';
import { Query } from './Query.ts';
import { Subscription } from './Subscription.ts';
import { User } from './User.ts';

export const resolvers: Resolvers = {
  Query,
  Mutation,
  Subscription,
  Order,
  OrderItem,
  OrderTimelineEntry,
  OrderEvent,
  User,
  DateTime,
};
