import type { Db } from '@supergraph/postgres';
import type { RequestScope } from '@supergraph/subgraph-kit';
import type { FollowPayments } from './followPayments.ts';
import { createLoaders, type Loaders } from './loaders.ts';
import type { Payments } from './payments.ts';

/** An order as payments knows it: its id. */
export type OrderReference = Readonly<{ id: string }>;

type Shared = { db: Db; payments: Payments; follow: FollowPayments };

/** What one request, or one event of a subscription, works with. */
export type Context = RequestScope & Shared & { loaders: Loaders };

/** Makes contexts: loaders belong to one of them, the rest to the service. */
export const createContext =
  (shared: Shared) =>
  (scope: RequestScope): Context => ({ ...scope, ...shared, loaders: createLoaders(shared.db) });
