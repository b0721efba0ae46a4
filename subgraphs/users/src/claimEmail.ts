import { DomainError } from '@supergraph/errors';
import { isUniqueViolation, type Tx } from '@supergraph/postgres';
import type { EmailIndex } from './pii/emailIndex.ts';

/**
 * That an address is in use is told to whoever asks: a sign-up form that does not say so helps nobody, and the rate
 * limit of the gateway makes trying long lists slow (docs/adr/0016).
 */
const emailTaken = (cause?: unknown) =>
  new DomainError('EMAIL_TAKEN', 'This e-mail address belongs to another account.', {}, { cause });

/**
 * Holds an e-mail address for the rest of the transaction. The unique index alone would do, but not while keys
 * rotate: then one address can be written under two keys, and only the lock is the same for both.
 *
 * @throws DomainError EMAIL_TAKEN
 */
export const claimEmail = async (tx: Tx, index: EmailIndex, email: string, userId: string): Promise<void> => {
  await tx.query('SELECT pg_advisory_xact_lock($1::bigint)', [index.lock(email)]);
  const taken = await tx.query('SELECT 1 FROM users WHERE email_index = ANY($1::text[]) AND id <> $2', [
    index.all(email),
    userId,
  ]);
  if (taken.length > 0) throw emailTaken();
};

/** The same answer, should a process without the lock have been faster. */
export const asEmailTaken = (error: unknown): unknown =>
  isUniqueViolation(error, 'users_email_index_key') ? emailTaken(error) : error;
