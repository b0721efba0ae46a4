import type { Db } from '@supergraph/postgres';

/** Longer than any message can come back: the longest retention of a dead letter topic is 30 days. */
const consumedDays = 35;
/** The architecture's life of a snapshot; a pruned one is taken again in time. */
const snapshotDays = 30;

/** Forgets what is no longer needed to recognise a message delivered twice, and snapshots of resting aggregates. */
export async function pruneEventLog(db: Pick<Db, 'query'>): Promise<void> {
  await db.query('DELETE FROM consumed_events WHERE consumed_at < now() - make_interval(days => $1)', [consumedDays]);
  await db.query('DELETE FROM snapshots WHERE taken_at < now() - make_interval(days => $1)', [snapshotDays]);
}
