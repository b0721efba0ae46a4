import type { Db, Tx } from '@supergraph/postgres';
import type { Account, AccountAddress } from '../account.ts';
import { accountColumns, addressColumns } from '../accountRows.ts';
import { addressLines, type AccountPii } from './accountPii.ts';

/** How many rows were written anew. */
export type Rotated = Readonly<{ users: number; addresses: number }>;

/** In SQL: whether a sealed or indexed column names another key than the current one ($1). Null columns do not. */
const isOld = (column: string, part: 1 | 2): string => `split_part(${column}, '.', ${part}) <> $1`;

const oldUser = [isOld('email_index', 1), isOld('email_sealed', 2), isOld('phone_sealed', 2)].join(' OR ');
const sealedColumns = ['recipient', 'line1', 'line2', 'city', 'region', 'postal_code'];
const oldAddress = sealedColumns.map((column) => isOld(`${column}_sealed`, 2)).join(' OR ');

/** The smallest UUID; every id lies behind it. */
const start = '00000000-0000-0000-0000-000000000000';

/**
 * Re-encrypts everything that is not sealed with the current key, and moves the e-mail index to it. Runs beside the
 * service: short transactions, rows in the order of their ids, and a row is locked only while it is written. It may be
 * stopped and started again, and several may run at once. Nothing that a reader sees changes, so versions, times and
 * the outbox stay as they are.
 *
 * @throws Error naming the row that cannot be opened; everything before it is rotated.
 */
export const rotatePii = async (db: Db, pii: AccountPii, batchSize = 100): Promise<Rotated> => {
  const users = await inBatches(
    batchSize,
    (after) => db.transaction((tx) => rotateUsers(tx, pii, after, batchSize)),
    (after) => isLeft(db, pii, `users WHERE id > $2 AND (${oldUser})`, after),
  );
  const addresses = await inBatches(
    batchSize,
    (after) => db.transaction((tx) => rotateAddresses(tx, pii, after, batchSize)),
    (after) => isLeft(db, pii, `addresses WHERE id > $2 AND (${oldAddress})`, after),
  );
  return { users, addresses };
};

const isLeft = async (db: Db, pii: AccountPii, oldRows: string, after: string): Promise<boolean> =>
  (await db.query(`SELECT 1 FROM ${oldRows} LIMIT 1`, [pii.currentKeyId, after])).length > 0;

const rotateUsers = async (tx: Tx, pii: AccountPii, after: string, limit: number): Promise<readonly Account[]> => {
  const rows = await tx.query<Account>(
    `SELECT ${accountColumns} FROM users WHERE id > $2 AND (${oldUser}) ORDER BY id LIMIT $3 FOR UPDATE`,
    [pii.currentKeyId, after, limit],
  );
  for (const row of rows) {
    const email = pii.emailOf(row);
    const phone = pii.phoneOf(row);
    await tx.query('UPDATE users SET email_sealed = $2, email_index = $3, phone_sealed = $4 WHERE id = $1', [
      row.id,
      pii.sealUser('email', row.id, email),
      pii.emailIndex.current(email),
      phone === null ? null : pii.sealUser('phone', row.id, phone),
    ]);
  }
  return rows;
};

const rotateAddresses = async (
  tx: Tx,
  pii: AccountPii,
  after: string,
  limit: number,
): Promise<readonly AccountAddress[]> => {
  const rows = await tx.query<AccountAddress>(
    `SELECT ${addressColumns} FROM addresses WHERE id > $2 AND (${oldAddress}) ORDER BY id LIMIT $3 FOR UPDATE`,
    [pii.currentKeyId, after, limit],
  );
  for (const row of rows) {
    const sealed = addressLines.map((line) => {
      const text = pii.lineOf(row, line);
      return text === null ? null : pii.sealAddress(line, row, text);
    });
    await tx.query(
      `UPDATE addresses SET recipient_sealed = $2, line1_sealed = $3, line2_sealed = $4, city_sealed = $5,
                region_sealed = $6, postal_code_sealed = $7 WHERE id = $1`,
      [row.id, ...sealed],
    );
  }
  return rows;
};

/**
 * Runs batches, each in a transaction of its own, until no old row is left. A short batch is no sign of the end:
 * rows that another rotation held are gone from it by the time that they are free.
 *
 * @returns how many rows were written anew.
 */
const inBatches = async (
  batchSize: number,
  next: (after: string) => Promise<readonly { id: string }[]>,
  isLeft: (after: string) => Promise<boolean>,
): Promise<number> => {
  let count = 0;
  for (let after = start; ;) {
    const rows = await next(after);
    count += rows.length;
    after = rows.at(-1)?.id ?? after;
    if (rows.length < batchSize && !(await isLeft(after))) return count;
  }
};
