import type { Db } from '@supergraph/postgres';
import type { Adapter, AdapterPayload } from 'oidc-provider';

const unused = () => Promise.resolve(undefined);

/** What people have allowed programs. Kept in PostgreSQL: a refresh token is worth nothing without its grant. */
export const createGrantModel = (db: Db): Adapter => ({
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
  destroy: async (id) => {
    await db.query('DELETE FROM grants WHERE id = $1', [id]);
  },
  findByUid: unused,
  findByUserCode: unused,
  consume: unused,
  revokeByGrantId: unused,
});
