import type { Db } from '@supergraph/postgres';
import type { AccountPii } from './pii/accountPii.ts';

/** What the verbs of this subgraph work with. */
export type Deps = Readonly<{
  db: Db;
  pii: AccountPii;
  now: () => Date;
}>;
