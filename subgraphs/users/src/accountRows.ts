import type { Role } from '@supergraph/auth';
import { DomainError } from '@supergraph/errors';
import type { Tx } from '@supergraph/postgres';
import type { Account, AccountAddress } from './account.ts';

/** The columns of an {@link Account}; the password hash is not among them, and so cannot be shown by mistake. */
export const accountColumns = `id, version, name, email_sealed AS "emailSealed", phone_sealed AS "phoneSealed", roles,
  created_at AS "createdAt", updated_at AS "updatedAt"`;

export const addressColumns = `id, user_id AS "userId", recipient_sealed AS "recipientSealed", line1_sealed AS "line1Sealed",
  line2_sealed AS "line2Sealed", city_sealed AS "citySealed", region_sealed AS "regionSealed",
  postal_code_sealed AS "postalCodeSealed", country_code AS "countryCode", is_default AS "isDefault"`;

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text can be an id here at all; PostgreSQL refuses to compare a uuid with anything else. */
export const isId = (text: string): boolean => uuidPattern.test(text);

/** The accounts with these ids, in no order; unknown ids are absent. */
export const findAccounts = (db: Tx, ids: readonly string[]): Promise<readonly Account[]> =>
  db.query<Account>(`SELECT ${accountColumns} FROM users WHERE id = ANY($1::uuid[])`, [ids.filter(isId)]);

/** The addresses of these accounts, of each one the default first, then by age. */
export const findAddressesOf = (db: Tx, userIds: readonly string[]): Promise<readonly AccountAddress[]> =>
  db.query<AccountAddress>(
    `SELECT ${addressColumns} FROM addresses WHERE user_id = ANY($1::uuid[])
     ORDER BY user_id, is_default DESC, created_at, id`,
    [userIds.filter(isId)],
  );

/** The owner of an address. */
export const findAddressOwner = async (db: Tx, addressId: string): Promise<string | null> => {
  if (!isId(addressId)) return null;
  const [row] = await db.query<{ userId: string }>(`SELECT user_id AS "userId" FROM addresses WHERE id = $1`, [
    addressId,
  ]);
  return row?.userId ?? null;
};

/**
 * An account whose row nobody else changes until the transaction ends.
 *
 * @throws DomainError USER_NOT_FOUND
 */
export const lockAccount = async (tx: Tx, id: string): Promise<Account> => {
  const [account] = isId(id)
    ? await tx.query<Account>(`SELECT ${accountColumns} FROM users WHERE id = $1 FOR UPDATE`, [id])
    : [];
  if (account === undefined) throw new DomainError('USER_NOT_FOUND', 'There is no such user.');
  return account;
};

/** Where a page of accounts begins. */
export type AccountPosition = Readonly<{ createdAt: string; id: string }>;

/** Which accounts a page is taken from; null for any. */
export type AccountFilter = Readonly<{
  role: Role | null;
  /** Blind indexes of one e-mail address. */
  emailIndexes: readonly string[] | null;
  /** The beginning of a display name. */
  namePrefix: string | null;
}>;

/** In a LIKE pattern these three stand for themselves only when escaped. */
const asPrefix = (text: string): string => `${text.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`;

/** At most `limit` accounts behind a position, in the order of registration. */
export const findAccountPage = (
  db: Tx,
  { role, emailIndexes, namePrefix }: AccountFilter,
  after: AccountPosition | null,
  limit: number,
): Promise<readonly Account[]> =>
  db.query<Account>(
    `SELECT ${accountColumns} FROM users
      WHERE ($1::timestamptz IS NULL OR (created_at, id) > ($1::timestamptz, $2::uuid))
        AND ($3::text IS NULL OR roles @> ARRAY[$3::text])
        AND ($4::text[] IS NULL OR email_index = ANY($4::text[]))
        AND ($5::text IS NULL OR lower(name) LIKE $5::text)
      ORDER BY created_at, id
      LIMIT $6`,
    [
      after?.createdAt ?? null,
      after?.id ?? null,
      role,
      emailIndexes,
      namePrefix === null ? null : asPrefix(namePrefix),
      limit,
    ],
  );
