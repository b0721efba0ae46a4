import type { Role } from '@supergraph/auth';
import { pageArgs, toConnection, type Connection, type PageInput } from '@supergraph/subgraph-kit';
import { z } from 'zod';
import type { Account } from './account.ts';
import { findAccountPage } from './accountRows.ts';
import type { Deps } from './deps.ts';

/** What a cursor of this list holds. */
const position = z.tuple([z.iso.datetime(), z.uuid()]);

/** Which accounts, and which page of them. */
export type AccountQuery = PageInput & Readonly<{ role?: Role | null | undefined; search?: string | null | undefined }>;

/**
 * A page of accounts in the order of their registration. E-mail addresses are encrypted, so they are found as a whole
 * by their blind index or not at all.
 *
 * @throws DomainError PAGE_SIZE_OUT_OF_RANGE, CURSOR_INVALID
 */
export const listAccounts = async (
  { db, pii }: Pick<Deps, 'db' | 'pii'>,
  { role, search, ...input }: AccountQuery,
): Promise<Connection<Account>> => {
  const page = pageArgs(input, position);
  const text = search?.trim() ?? '';
  const isEmail = text.includes('@');
  const filter = {
    role: role ?? null,
    emailIndexes: isEmail ? pii.emailIndex.all(text) : null,
    namePrefix: isEmail || text === '' ? null : text,
  };
  const after = page.after === null ? null : { createdAt: page.after[0], id: page.after[1] };
  const rows = await findAccountPage(db, filter, after, page.limit + 1);
  return toConnection(rows, page, ({ createdAt, id }) => [createdAt, id]);
};
