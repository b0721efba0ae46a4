import type { Db } from '@supergraph/postgres';

/** No client repeats a purchase that is a month old. */
const keptDays = 30;

/** Forgets the idempotency keys that nobody will send again, in steps short enough to hold up nobody. */
export async function pruneIdempotencyKeys(db: Pick<Db, 'query'>, step = 1_000): Promise<void> {
  for (;;) {
    const pruned = await db.query(
      `DELETE FROM idempotency_keys WHERE (viewer_id, idempotency_key) IN (
         SELECT viewer_id, idempotency_key FROM idempotency_keys
         WHERE created_at < now() - make_interval(days => $1) LIMIT $2)
       RETURNING 1`,
      [keptDays, step],
    );
    if (pruned.length < step) return;
  }
}
