import { DateTime } from '@supergraph/subgraph-kit';
import type { Resolvers } from '../generated/graphql.ts';
import { Category } from './Category.ts';
import { Mutation } from './Mutation.ts';
import { Product } from './Product.ts';
import { Query } from './Query.ts';

/** Every resolver of the subgraph; fields without one are read off the object behind them. */
export const resolvers: Resolvers = { DateTime, Query, Mutation, Product, Category };
