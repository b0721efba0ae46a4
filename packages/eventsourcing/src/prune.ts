import type { Db } from '@supergraph/postgres';

/** Longer than any message can come back: the longest retention of a dead letter topic is 30 days. */
const consumedDays = 35;
/** The architecture's life of a snapshot; a pruned one is taken again in time. */
const snapshotDays = 30;

/** Commands are kept as long as Kafka keeps them; they may carry what no history should, such as a card's token. */
const commandDays = 1;

/**
 * Forgets what is no longer needed: what recognises a message delivered twice, snapshots of resting aggregates, and
 * commands that were published. Events stay for ever.
 */
export async function pruneEventLog(db: Pick<Db, 'query'>): Promise<void> {
  await db.query('DELETE FROM consumed_events WHERE consumed_at < now() - make_interval(days => $1)', [consumedDays]);
  await db.query('DELETE FROM snapshots WHERE taken_at < now() - make_interval(days => $1)', [snapshotDays]);
  await db.query(
    `DELETE FROM events WHERE topic LIKE '%-commands' AND recorded_at < now() - make_interval(days => $1)
     AND position <= (SELECT published_position FROM relay_state)`,
    [commandDays],
  );
}
