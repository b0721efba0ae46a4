import { randomUUID } from 'node:crypto';
import type { Role } from '@supergraph/auth';
import type { Deps } from './deps.ts';
import { hashPassword, isPassword, passwordLength } from './passwords.ts';

/** Who signed in. */
export type VerifiedAccount = Readonly<{ id: string; name: string; roles: readonly Role[] }>;

/** @returns the account that the e-mail address and the password belong to, or null without saying which was wrong. */
export type VerifyPassword = (email: string, password: string) => Promise<VerifiedAccount | null>;

/**
 * Checks passwords for whoever signs people in. An unknown address costs one Argon2 run like a known one, so that the
 * time of the answer does not tell which addresses have an account.
 */
export const createVerifyPassword = ({ db, pii }: Pick<Deps, 'db' | 'pii'>): VerifyPassword => {
  const decoy = hashPassword(randomUUID());
  decoy.catch(() => undefined); // reported to the first caller that needs it
  return async (email, password) => {
    // Nobody has one this long, whatever the address; 4 UTF-16 units are more than a character needs.
    if (password.length > 4 * passwordLength.most) return null;
    const [row] = await db.query<VerifiedAccount & { passwordHash: string }>(
      'SELECT id, name, roles, password_hash AS "passwordHash" FROM users WHERE email_index = ANY($1::text[])',
      [pii.emailIndex.all(email)],
    );
    const matches = await isPassword(row?.passwordHash ?? (await decoy), password);
    return row !== undefined && matches ? { id: row.id, name: row.name, roles: row.roles } : null;
  };
};
