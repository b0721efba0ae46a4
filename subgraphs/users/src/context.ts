import type { RequestScope } from '@supergraph/subgraph-kit';
import type { Deps } from './deps.ts';
import { createLoaders, type Loaders } from './loaders.ts';

/** What a resolver finds in its third argument. */
export type Context = RequestScope & {
  deps: Deps;
  loaders: Loaders;
  /** Accounts made by this very request: whoever registers may read the answer without being signed in. */
  registered: Set<string>;
};

export const createContext =
  (deps: Deps) =>
  (scope: RequestScope): Context => ({
    ...scope,
    deps,
    loaders: createLoaders(deps.db),
    registered: new Set(),
  });
