import { randomUUID } from 'node:crypto';
import type { IdentityEvent } from '@supergraph/events';
import { appendMessages } from '@supergraph/eventsourcing';
import type { Db, Tx } from '@supergraph/postgres';

/** Without its time: that is when it is written down. */
type Told = IdentityEvent extends infer Event
  ? Event extends IdentityEvent
    ? Readonly<{ type: Event['type']; data: Omit<Event['data'], 'at'> }>
    : never
  : never;

/** A line of the audit log. */
export type AuditEntry = Readonly<{ type: string; data: Readonly<Record<string, unknown>> }>;

export type Audit = Readonly<{
  /** Writes an event down in the transaction of what it tells of. */
  append: (tx: Tx, event: Told) => Promise<void>;
  /** Writes an event down by itself. Not waited for: the time of an answer must not tell whether there was one. */
  note: (event: Told) => void;
  /** Resolves when everything that was noted is written. */
  settled: () => Promise<void>;
  /** The newest first; of one person or program, or of all. */
  read: (of: Readonly<{ subject: string | null; limit: number }>) => Promise<readonly AuditEntry[]>;
}>;

/** The audit log: rows of the events table, which the relay publishes. */
export const createAudit = ({
  db,
  log,
}: Readonly<{ db: Db; log: Readonly<{ error: (details: object, message: string) => void }> }>): Audit => {
  const writing = new Set<Promise<void>>();

  const append: Audit['append'] = async (tx, { type, data }) => {
    const at = new Date().toISOString();
    const subject = 'userId' in data ? data.userId : data.clientId;
    await appendMessages(
      tx,
      [
        {
          topic: 'user-events',
          key: subject,
          aggregateType: 'Audit',
          // Each entry stands for itself: nothing is decided from those before it.
          aggregateId: randomUUID(),
          aggregateVersion: 1,
          type,
          data: { ...data, at },
          customerId: null,
          timestamp: at,
        },
      ],
      { userId: 'userId' in data ? data.userId : null, correlationId: randomUUID(), causationId: null },
    );
  };

  return {
    append,
    note: (event) => {
      const done: Promise<void> = db
        .transaction((tx) => append(tx, event))
        .catch((error: unknown) => log.error({ err: error, event }, 'an audit event could not be written'))
        .finally(() => writing.delete(done));
      writing.add(done);
    },
    settled: async () => void (await Promise.all(writing)),
    read: ({ subject, limit }) =>
      db.query<AuditEntry>(
        `SELECT event_type AS type, data FROM events
         WHERE aggregate_type = 'Audit' AND ($1::text IS NULL OR message_key = $1) ORDER BY seq DESC LIMIT $2`,
        [subject, limit],
      ),
  };
};
