import type { UserEvent } from '@supergraph/events';
import { appendMessages, type Cause, type OutgoingMessage } from '@supergraph/eventsourcing';
import type { Tx } from '@supergraph/postgres';
import type { Account } from './account.ts';
import { accountColumns } from './accountRows.ts';

/** The message that tells of an event of an account. */
export const userMessage = (account: Pick<Account, 'id' | 'version'>, { type, data }: UserEvent): OutgoingMessage => ({
  topic: 'user-events',
  aggregateType: 'User',
  aggregateId: account.id,
  aggregateVersion: account.version,
  type,
  data,
  customerId: account.id,
  timestamp: data.at,
});

/** What a change does to the row of the account itself, by column. Names come from the code, values never do. */
export type Columns = Readonly<
  Partial<Record<'name' | 'email_sealed' | 'email_index' | 'phone_sealed' | 'roles', unknown>>
>;

/**
 * Writes a change of an account whose row the transaction has locked: its columns, its next version, and the event
 * that tells of it, all or none.
 *
 * @returns the account after the change.
 */
export const recordChange = async (
  tx: Tx,
  account: Account,
  columns: Columns,
  event: UserEvent,
  cause: Cause,
): Promise<Account> => {
  const names = Object.keys(columns);
  const assignments = names.map((name, index) => `${name} = $${index + 3}, `).join('');
  const [changed] = await tx.query<Account>(
    `UPDATE users SET ${assignments}version = version + 1, updated_at = $2 WHERE id = $1 RETURNING ${accountColumns}`,
    [account.id, event.data.at, ...Object.values(columns)],
  );
  if (changed === undefined) throw new Error(`The account ${account.id} went away while it was locked.`);
  await appendMessages(tx, [userMessage(changed, event)], cause);
  return changed;
};
