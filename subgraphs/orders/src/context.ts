import type { RequestScope } from '@supergraph/subgraph-kit';
import type { Loaders } from './loaders.ts';
import type { OrderSubscriptions } from './orderSubscriptions.ts';
import type { Orders } from './orders.ts';

/** What this service knows of a user: the id. */
export type UserReference = Readonly<{ id: string }>;
/** What this service says of a product in today's catalogue: the id. */
export type ProductReference = Readonly<{ id: string }>;

/** What resolvers and rules find in the context of a request. */
export type Context = RequestScope & { loaders: Loaders; orders: Orders; subscriptions: OrderSubscriptions };
