import type { Db } from '@supergraph/postgres';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import { endGrants } from './endGrants.ts';

const unused = () => Promise.resolve(undefined);

/**
 * What people have allowed programs. Kept in PostgreSQL: a refresh token is worth nothing without its grant.
 *
 * @param tokenSeconds the life of an access token
 */
export const createGrantModel = (db: Db, tokenSeconds: number): Adapter => ({
  upsert: async (id, payload, expiresIn = 0) => {
    await db.query(
      `INSERT INTO grants (id, account_id, client_id, payload, expires_at)
       VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5))
       ON CONFLICT (id) DO UPDATE SET payload = excluded.payload, expires_at = excluded.expires_at,
         account_id = excluded.account_id, client_id = excluded.client_id`,
      [id, payload.accountId ?? null, payload.clientId ?? null, JSON.stringify(payload), expiresIn],
    );
  },
  find: async (id) => {
    const [row] = await db.query<{ payload: AdapterPayload }>('SELECT payload FROM grants WHERE id = $1', [id]);
    return row?.payload;
  },
  destroy: (id) => db.transaction((tx) => endGrants(tx, [id], tokenSeconds)),
  findByUid: unused,
  findByUserCode: unused,
  consume: unused,
  revokeByGrantId: unused,
});
