import type { Db } from '@supergraph/postgres';
import type { RequestScope } from '@supergraph/subgraph-kit';
import { seesInactive } from './asker.ts';
import { createLoaders, type Loaders } from './loaders.ts';
import type { ProductCommands } from './productCommands.ts';
import type { Trending } from './trending.ts';

/** What every resolver finds. */
export type Context = RequestScope &
  Readonly<{ loaders: Loaders; db: Db; commands: ProductCommands; trending: Trending }>;

/** Makes the context of each request. */
export const createContext =
  (shared: Pick<Context, 'db' | 'commands' | 'trending'>) =>
  (scope: RequestScope): Context => ({
    ...scope,
    ...shared,
    loaders: createLoaders(shared.db, { inactive: seesInactive(scope.viewer) }),
  });
