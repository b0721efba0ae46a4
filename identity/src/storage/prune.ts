import type { Db } from '@supergraph/postgres';

/**
 * Removes what has expired. Redis forgets by itself; these rows have to be told. A refresh token is kept until its own
 * end, used or not: one that comes a second time must be recognised until then.
 *
 * @returns how many rows went
 */
export const pruneExpired = async (db: Db): Promise<number> => {
  const columns = {
    refresh_tokens: 'expires_at',
    grants: 'expires_at',
    client_secrets: 'expires_at',
    revocations: 'until_at',
  } as const;
  let removed = 0;
  for (const [table, column] of Object.entries(columns)) {
    const [row] = await db.query<{ count: number }>(
      `WITH gone AS (DELETE FROM ${table} WHERE ${column} < now() RETURNING 1) SELECT count(*)::int AS count FROM gone`,
    );
    removed += row?.count ?? 0;
  }
  return removed;
};
