import type { Principal } from '@supergraph/auth';
import { DomainError } from '@supergraph/errors';
import type { ProfileField } from '@supergraph/events';
import type { Cause } from '@supergraph/eventsourcing';
import type { Account } from './account.ts';
import { lockAccount } from './accountRows.ts';
import { asEmailTaken, claimEmail } from './claimEmail.ts';
import type { Deps } from './deps.ts';
import * as fields from './profileInput.ts';
import { recordChange, type Columns } from './recordChange.ts';
import { forbidden, mayChange, mayChangeSome } from './rights.ts';

/** What to change; undefined leaves a field as it is. */
export type ProfileChange = Readonly<{
  userId: string;
  name?: string | undefined;
  email?: string | undefined;
  /** Null removes it. */
  phone?: string | null | undefined;
  version?: number | undefined;
}>;

/**
 * Changes a profile. A change that changes nothing writes nothing.
 *
 * @throws DomainError FORBIDDEN, USER_NOT_FOUND, VERSION_CONFLICT, BAD_USER_INPUT, EMAIL_TAKEN
 */
export const updateProfile = async (
  { db, pii, now }: Deps,
  change: ProfileChange,
  viewer: Principal,
  cause: Cause,
): Promise<Account> => {
  if (!mayChangeSome(viewer, change.userId)) throw forbidden();
  const name = change.name === undefined ? undefined : fields.readInput(fields.displayName, change.name, 'name');
  const email = change.email === undefined ? undefined : fields.readInput(fields.email, change.email, 'email');
  const phone = change.phone == null ? change.phone : fields.readInput(fields.phone, change.phone, 'phone');
  const at = now().toISOString();

  const write = (): Promise<Account> =>
    db.transaction(async (tx) => {
      const account = await lockAccount(tx, change.userId);
      if (!mayChange(viewer, account)) throw forbidden();
      if (change.version !== undefined && change.version !== account.version)
        throw new DomainError('VERSION_CONFLICT', 'Somebody else changed this account. Look at it again.', {
          version: account.version,
        });
      const changed: ProfileField[] = [];
      let columns: Columns = {};
      if (name !== undefined && name !== account.name) {
        changed.push('name');
        columns = { ...columns, name };
      }
      if (email !== undefined && email !== pii.emailOf(account)) {
        await claimEmail(tx, pii.emailIndex, email, account.id);
        changed.push('email');
        columns = {
          ...columns,
          email_sealed: pii.sealUser('email', account.id, email),
          email_index: pii.emailIndex.current(email),
        };
      }
      if (phone !== undefined && phone !== pii.phoneOf(account)) {
        changed.push('phone');
        columns = { ...columns, phone_sealed: phone === null ? null : pii.sealUser('phone', account.id, phone) };
      }
      if (changed.length === 0) return account;
      const event = { type: 'UserProfileUpdated', data: { userId: account.id, changed, at } } as const;
      return recordChange(tx, account, columns, event, cause);
    });

  const account = await write().catch((error: unknown) => Promise.reject(asEmailTaken(error)));
  return account;
};
