import { createHash } from 'node:crypto';
import { demoAccounts, type DemoAccount } from '@supergraph/events';
import { appendMessages, type Cause } from '@supergraph/eventsourcing';
import type { Tx } from '@supergraph/postgres';
import type { Deps } from '../deps.ts';
import { hashPassword } from '../passwords.ts';
import type { AccountPii } from '../pii/accountPii.ts';
import { userMessage } from '../recordChange.ts';
import { sealLines } from '../sealLines.ts';
import { demoPassword, demoPerson } from './demoPeople.ts';

/** Any number that no other lock of this database has. */
const seedLock = 4_001_001;
const day = 24 * 3_600_000;

const cause: Cause = { userId: null, correlationId: 'demo-data', causationId: null };

const isEmpty = async (db: Tx): Promise<boolean> => (await db.query('SELECT 1 FROM users LIMIT 1')).length === 0;

/** The same address has the same id in every installation, so that demo orders could name it. */
const addressId = (userId: string, index: number): string => {
  const hex = createHash('sha256').update(`demo address ${userId} ${index}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/**
 * Fills an empty database with the twenty demo accounts. Of processes that start at once, one does it and the others
 * find it done.
 *
 * @returns how many accounts were made: 20, or 0 when there are some already.
 */
export const seedDemoAccounts = async ({ db, pii, now }: Deps): Promise<number> => {
  if (!(await isEmpty(db))) return 0;
  // Hashing takes about a second; a transaction must not wait for it.
  const hashes = await Promise.all(demoAccounts.map(({ name }) => hashPassword(demoPassword(name))));
  return db.transaction(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [seedLock]);
    if (!(await isEmpty(tx))) return 0;
    const today = now().getTime();
    for (const [index, account] of demoAccounts.entries()) {
      // Registered one a day, so that the list has an order worth looking at.
      const at = new Date(today - (demoAccounts.length - index) * day).toISOString();
      await insertAccount(tx, pii, account, hashes[index] ?? '', at);
    }
    return demoAccounts.length;
  });
};

const insertAccount = async (
  tx: Tx,
  pii: AccountPii,
  { id, name, email, role }: DemoAccount,
  passwordHash: string,
  at: string,
): Promise<void> => {
  const { phone, addresses } = demoPerson(name);
  await tx.query(
    `INSERT INTO users (id, version, name, email_sealed, email_index, phone_sealed, password_hash, roles, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)`,
    [
      id,
      1 + addresses.length,
      name,
      pii.sealUser('email', id, email),
      pii.emailIndex.current(email),
      phone === null ? null : pii.sealUser('phone', id, phone),
      passwordHash,
      [role],
      at,
    ],
  );
  const messages = [
    userMessage({ id, version: 1 }, { type: 'UserRegistered', data: { userId: id, roles: [role], at } }),
  ];
  for (const [index, address] of addresses.entries()) {
    const key = { id: addressId(id, index), userId: id };
    const isDefault = index === 0;
    await tx.query(
      `INSERT INTO addresses (id, user_id, recipient_sealed, line1_sealed, line2_sealed, city_sealed, region_sealed,
                              postal_code_sealed, country_code, is_default, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [key.id, id, ...sealLines(pii, key, address), address.countryCode, isDefault, at],
    );
    const data = { userId: id, addressId: key.id, isDefault, at };
    messages.push(userMessage({ id, version: 2 + index }, { type: 'UserAddressAdded', data }));
  }
  await appendMessages(tx, messages, cause);
};
