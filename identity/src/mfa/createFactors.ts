import { randomUUID } from 'node:crypto';
import type { Db, Tx } from '@supergraph/postgres';
import type { Secrets } from '../secrets.ts';
import { maskedNumber } from '../sms/phoneNumber.ts';
import { backupCodeCount, newBackupCode, readBackupCode } from './backupCodes.ts';
import { readTotpCode } from './totp.ts';

/** The kinds of second factors. */
export type FactorKind = 'totp' | 'passkey' | 'sms';

/** A factor as its owner is told of it. */
export type Factor = Readonly<{
  id: string;
  kind: FactorKind;
  createdAt: Date;
  usedAt: Date | null;
  /** Of a telephone, its last digits; null for all others. */
  masked: string | null;
}>;

/** Second factors of accounts. */
export type Factors = Readonly<{
  /** The oldest first. */
  list: (accountId: string) => Promise<readonly Factor[]>;
  /** Since when the account has had to have one; now, when it was not asked before. */
  dutySince: (accountId: string) => Promise<Date>;
  /** Adds an authenticator app that has shown the right code for its secret; false when the code is wrong. */
  addTotp: (accountId: string, secret: string, code: string) => Promise<boolean>;
  /** Adds a telephone that has shown the code that was sent to it; one that the account has stays as it is. */
  addTelephone: (accountId: string, number: string) => Promise<void>;
  /** The number of one of the account's telephones; null when it has no such factor. */
  telephone: (accountId: string, id: string) => Promise<string | null>;
  /** A code that was sent to this telephone was right. */
  telephoneUsed: (id: string) => Promise<void>;
  /** Ten backup codes, shown this once; none when the account has some that were not used. */
  newBackupCodes: (accountId: string) => Promise<readonly string[]>;
  /** Ten other backup codes, shown this once; those before them are worth nothing any more. */
  replaceBackupCodes: (accountId: string) => Promise<readonly string[]>;
  backupCodesLeft: (accountId: string) => Promise<number>;
  /**
   * Removes a factor, and the backup codes with the last one.
   *
   * @returns what it was; null when the account has no such factor, `last` when it is the last one and has to stay
   */
  remove: (
    accountId: string,
    id: string,
    options: Readonly<{ keepOne: boolean }>,
  ) => Promise<FactorKind | 'last' | null>;
  /** Whether a code is right at this moment and was not used before; it counts as used from now on. */
  useTotp: (accountId: string, code: string) => Promise<boolean>;
  /** Whether a backup code is one of the account's that were not used; it counts as used from now on. */
  useBackupCode: (accountId: string, code: string) => Promise<boolean>;
}>;

type Row = Readonly<{ id: string; kind: FactorKind; sealed: string; createdAt: string; usedAt: string | null }>;

const place = (id: string): string => `factor ${id}`;

/** Secrets are sealed, backup codes hashed: the database alone lets nobody in. */
export const createFactors = ({
  db,
  secrets,
  now = Date.now,
}: Readonly<{ db: Db; secrets: Secrets; now?: () => number }>): Factors => {
  const codeHash = (accountId: string, code: string): string => `backup code ${accountId} ${code}`;

  const writeBackupCodes = async (tx: Tx, accountId: string): Promise<readonly string[]> => {
    const codes = Array.from({ length: backupCodeCount }, newBackupCode);
    await tx.query('DELETE FROM backup_codes WHERE account_id = $1', [accountId]);
    await tx.query('INSERT INTO backup_codes (account_id, hash) SELECT $1, unnest($2::text[])', [
      accountId,
      codes.map((backup) => secrets.hash(codeHash(accountId, backup))),
    ]);
    return codes;
  };

  const rowsOf = (accountId: string): Promise<readonly Row[]> =>
    db.query<Row>(
      `SELECT id, kind, sealed, created_at AS "createdAt", used_at AS "usedAt" FROM factors
       WHERE account_id = $1 ORDER BY created_at, id`,
      [accountId],
    );

  return {
    list: async (accountId) => {
      const rows = await rowsOf(accountId);
      return rows.map(({ id, kind, sealed, createdAt, usedAt }) => ({
        id,
        kind,
        createdAt: new Date(createdAt),
        usedAt: usedAt === null ? null : new Date(usedAt),
        masked: kind === 'sms' ? maskedNumber(secrets.open(place(id), sealed)) : null,
      }));
    },

    dutySince: async (accountId) => {
      await db.query('INSERT INTO factor_duties (account_id) VALUES ($1) ON CONFLICT DO NOTHING', [accountId]);
      const [row] = await db.query<{ since: string }>('SELECT since FROM factor_duties WHERE account_id = $1', [
        accountId,
      ]);
      return new Date(row?.since ?? now());
    },

    addTotp: async (accountId, secret, code) => {
      const step = await readTotpCode(secret, code, null, now());
      if (step === null) return false;
      const id = randomUUID();
      await db.query('INSERT INTO factors (id, account_id, kind, sealed, last_step) VALUES ($1, $2, $3, $4, $5)', [
        id,
        accountId,
        'totp',
        secrets.seal(place(id), secret),
        step,
      ]);
      return true;
    },

    addTelephone: async (accountId, number) => {
      const known = (await rowsOf(accountId)).filter(({ kind }) => kind === 'sms');
      if (known.some((row) => secrets.open(place(row.id), row.sealed) === number)) return;
      const id = randomUUID();
      await db.query(`INSERT INTO factors (id, account_id, kind, sealed) VALUES ($1, $2, 'sms', $3)`, [
        id,
        accountId,
        secrets.seal(place(id), number),
      ]);
    },

    telephone: async (accountId, id) => {
      const row = (await rowsOf(accountId)).find((one) => one.kind === 'sms' && one.id === id);
      return row === undefined ? null : secrets.open(place(row.id), row.sealed);
    },

    telephoneUsed: async (id) => {
      await db.query('UPDATE factors SET used_at = now() WHERE id = $1', [id]);
    },

    newBackupCodes: (accountId) =>
      db.transaction(async (tx) => {
        const left = await tx.query('SELECT FROM backup_codes WHERE account_id = $1 AND used_at IS NULL LIMIT 1', [
          accountId,
        ]);
        if (left.length > 0) return [];
        return writeBackupCodes(tx, accountId);
      }),

    replaceBackupCodes: (accountId) => db.transaction((tx) => writeBackupCodes(tx, accountId)),

    backupCodesLeft: async (accountId) => {
      const [row] = await db.query<{ left: number }>(
        'SELECT count(*)::int AS left FROM backup_codes WHERE account_id = $1 AND used_at IS NULL',
        [accountId],
      );
      return row?.left ?? 0;
    },

    remove: (accountId, id, { keepOne }) =>
      db.transaction(async (tx) => {
        // Locked, all of them: of two that are removed at once one is the last.
        const known = await tx.query<{ id: string; kind: FactorKind }>(
          'SELECT id, kind FROM factors WHERE account_id = $1 ORDER BY id FOR UPDATE',
          [accountId],
        );
        const found = known.find((factor) => factor.id === id);
        if (found === undefined) return null;
        if (known.length === 1 && keepOne) return 'last';
        await tx.query('DELETE FROM factors WHERE id = $1', [id]);
        if (known.length === 1) await tx.query('DELETE FROM backup_codes WHERE account_id = $1', [accountId]);
        return found.kind;
      }),

    useTotp: async (accountId, code) => {
      const rows = await db.query<{ id: string; sealed: string; lastStep: number | null }>(
        `SELECT id, sealed, last_step AS "lastStep" FROM factors WHERE account_id = $1 AND kind = 'totp'`,
        [accountId],
      );
      for (const { id, sealed, lastStep } of rows) {
        const step = await readTotpCode(secrets.open(place(id), sealed), code, lastStep, now());
        if (step === null) continue;
        // Of two requests with the same code at once, one finds the step still free.
        const used = await db.query(
          `UPDATE factors SET last_step = $2, used_at = now() WHERE id = $1 AND coalesce(last_step, -1) < $2 RETURNING id`,
          [id, step],
        );
        return used.length > 0;
      }
      return false;
    },

    useBackupCode: async (accountId, code) => {
      const backup = readBackupCode(code);
      if (backup === null) return false;
      const used = await db.query(
        'UPDATE backup_codes SET used_at = now() WHERE account_id = $1 AND hash = ANY($2) AND used_at IS NULL RETURNING hash',
        [accountId, secrets.hashes(codeHash(accountId, backup))],
      );
      return used.length > 0;
    },
  };
};
