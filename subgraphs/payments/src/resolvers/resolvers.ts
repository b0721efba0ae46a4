import { DateTime } from '@supergraph/subgraph-kit';
import type { Resolvers } from '../generated/graphql.ts';
import { Mutation } from './Mutation.ts';
import { Order, Payment, Refund } from './Payment.ts';
import { PaymentEvent, Subscription } from './PaymentEvent.ts';
import { Query } from './Query.ts';

/** Every resolver of the subgraph; fields without one are read off the object behind them. */
export const resolvers: Resolvers = { DateTime, Query, Mutation, Subscription, Payment, Refund, Order, PaymentEvent };
