import type { Db } from '@supergraph/postgres';
import Provider, { type Adapter, type AdapterPayload } from 'oidc-provider';
import type { Secrets } from '../secrets.ts';

export type RefreshTokenOptions = Readonly<{
  db: Db;
  secrets: Pick<Secrets, 'hash' | 'hashes'>;
  /** How long a token that was exchanged may be exchanged again, by a client that lost the answer. */
  graceSeconds: number;
}>;

type Row = Readonly<{ payload: AdapterPayload; consumedAt: string | null; excused: boolean }>;

const unused = () => Promise.resolve(undefined);

/**
 * Refresh tokens, kept as keyed hashes (HMAC-SHA-512). Each is good for one exchange; when one comes a second time,
 * oidc-provider ends its whole family (RFC 9700, section 4.14.2). With one exception: within the grace, and as long as
 * the token that was given for it has never been used, the answer must have been lost, and the client gets another. The
 * lost one counts as used from then on: should it turn up, somebody else had it, and the family ends.
 *
 * oidc-provider compares the client before it looks at the use, so only the same client has a grace.
 */
export const createRefreshTokenModel = ({ db, secrets, graceSeconds }: RefreshTokenOptions): Adapter => ({
  upsert: async (id, payload, expiresIn = 0) => {
    const { jti: _, ...stored } = payload;
    const parent = Provider.ctx?.oidc.entities.RotatedRefreshToken?.jti;
    await db.transaction(async (tx) => {
      if (parent !== undefined) {
        await tx.query(
          `UPDATE refresh_tokens SET consumed_at = '-infinity' WHERE parent = ANY($1) AND consumed_at IS NULL`,
          [secrets.hashes(parent)],
        );
      }
      await tx.query(
        `INSERT INTO refresh_tokens (hash, grant_id, parent, payload, expires_at)
         VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5))`,
        [
          secrets.hash(id),
          payload.grantId ?? '',
          parent === undefined ? null : secrets.hash(parent),
          JSON.stringify(stored),
          expiresIn,
        ],
      );
    });
  },
  find: async (id) => {
    const [row] = await db.query<Row>(
      `SELECT payload, consumed_at::text AS "consumedAt",
              consumed_at > now() - make_interval(secs => $2) AND NOT EXISTS (
                SELECT FROM refresh_tokens AS child WHERE child.parent = token.hash AND child.consumed_at IS NOT NULL
              ) AS excused
       FROM refresh_tokens AS token WHERE hash = ANY($1)`,
      [secrets.hashes(id), graceSeconds],
    );
    if (row === undefined) return undefined;
    const { payload, consumedAt, excused } = row;
    return { ...payload, jti: id, ...(consumedAt !== null && !excused && { consumed: true }) };
  },
  consume: async (id) => {
    await db.query(`UPDATE refresh_tokens SET consumed_at = coalesce(consumed_at, now()) WHERE hash = ANY($1)`, [
      secrets.hashes(id),
    ]);
  },
  destroy: async (id) => {
    await db.query('DELETE FROM refresh_tokens WHERE hash = ANY($1)', [secrets.hashes(id)]);
  },
  revokeByGrantId: async (grantId) => {
    await db.query('DELETE FROM refresh_tokens WHERE grant_id = $1', [grantId]);
  },
  findByUid: unused,
  findByUserCode: unused,
});
