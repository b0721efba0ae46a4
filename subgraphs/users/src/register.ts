import { randomUUID } from 'node:crypto';
import { appendMessages, type Cause } from '@supergraph/eventsourcing';
import type { Account } from './account.ts';
import { accountColumns } from './accountRows.ts';
import { asEmailTaken, claimEmail } from './claimEmail.ts';
import type { Deps } from './deps.ts';
import { checkPassword, hashPassword } from './passwords.ts';
import * as fields from './profileInput.ts';
import { userMessage } from './recordChange.ts';

/** What a visitor types into the form. */
export type Registration = Readonly<{
  name: string;
  email: string;
  password: string;
  phone?: string | null | undefined;
}>;

/**
 * Creates a customer's account. The password is hashed before the transaction: 30 ms are long for an open one.
 *
 * @throws DomainError BAD_USER_INPUT, PASSWORD_TOO_WEAK, EMAIL_TAKEN
 */
export const register = async ({ db, pii, now }: Deps, registration: Registration, cause: Cause): Promise<Account> => {
  const name = fields.readInput(fields.displayName, registration.name, 'name');
  const email = fields.readInput(fields.email, registration.email, 'email');
  const phone = registration.phone == null ? null : fields.readInput(fields.phone, registration.phone, 'phone');
  checkPassword(registration.password, email);
  const id = randomUUID();
  const at = now().toISOString();
  const passwordHash = await hashPassword(registration.password);

  const insert = async (): Promise<Account> =>
    db.transaction(async (tx) => {
      await claimEmail(tx, pii.emailIndex, email, id);
      const [account] = await tx.query<Account>(
        `INSERT INTO users (id, version, name, email_sealed, email_index, phone_sealed, password_hash, roles, created_at, updated_at)
         VALUES ($1, 1, $2, $3, $4, $5, $6, ARRAY['customer'], $7, $7) RETURNING ${accountColumns}`,
        [
          id,
          name,
          pii.sealUser('email', id, email),
          pii.emailIndex.current(email),
          phone === null ? null : pii.sealUser('phone', id, phone),
          passwordHash,
          at,
        ],
      );
      if (account === undefined) throw new Error('The new account was not returned.');
      await appendMessages(
        tx,
        [userMessage(account, { type: 'UserRegistered', data: { userId: id, roles: ['customer'], at } })],
        cause,
      );
      return account;
    });

  const account = await insert().catch((error: unknown) => Promise.reject(asEmailTaken(error)));
  return account;
};
