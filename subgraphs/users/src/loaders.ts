import type { Tx } from '@supergraph/postgres';
import { groupsInOrderOf, inOrderOf } from '@supergraph/subgraph-kit';
import DataLoader from 'dataloader';
import type { Account, AccountAddress } from './account.ts';
import { findAccounts, findAddressesOf } from './accountRows.ts';

/** Made for one request and thrown away with it: one statement for all accounts that its fields ask for. */
export const createLoaders = (db: Tx) => ({
  /** By id; null for one that does not exist. */
  accounts: new DataLoader<string, Account | null>(async (ids) =>
    inOrderOf(ids, await findAccounts(db, ids), ({ id }) => id),
  ),
  /** By the id of the account, the default first. */
  addresses: new DataLoader<string, AccountAddress[]>(async (userIds) =>
    groupsInOrderOf(userIds, await findAddressesOf(db, userIds), ({ userId }) => userId),
  ),
});

export type Loaders = ReturnType<typeof createLoaders>;
