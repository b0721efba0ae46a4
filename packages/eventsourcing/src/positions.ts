import type { StoredEvent } from '@supergraph/events';
import type { Query, Tx } from '@supergraph/postgres';
import { appendMessages, type OutgoingMessage } from './appendMessages.ts';
import type { Cause } from './cause.ts';
import { eventColumns, toStoredEvent, type EventRow } from './eventRow.ts';

/** An event with its place in the log of its database. */
export type PositionedEvent = StoredEvent & Readonly<{ position: number; topic: string; key: string }>;

/** Whether events wait for a position: one look at a small index, so that an idle relay writes nothing. */
export async function hasUnstamped(from: Readonly<{ query: Query }>): Promise<boolean> {
  return (await from.query('SELECT 1 FROM events WHERE position IS NULL LIMIT 1')).length > 0;
}

/**
 * Gives the next positions to events that have none, in the order of appending. Only one relay of a database
 * does this at a time (its lock, and the row of relay_state as a fence), so positions come into sight in their
 * order and a reader by position never misses an event that committed late (docs/adr/0003).
 *
 * @returns how many were stamped.
 */
export async function stampPositions(tx: Tx, limit: number): Promise<number> {
  // The row lock first, in a statement of its own: the next one then sees all that its last holder did.
  await tx.query('SELECT last_position FROM relay_state FOR UPDATE');
  const [row] = await tx.query<{ stamped: number }>(
    `WITH next AS (
       SELECT event_id, row_number() OVER (ORDER BY seq) AS nth
       FROM (SELECT event_id, seq FROM events WHERE position IS NULL ORDER BY seq LIMIT $1) AS unstamped
     ), stamped AS (
       UPDATE events SET position = relay_state.last_position + next.nth
       FROM next, relay_state WHERE events.event_id = next.event_id
     )
     UPDATE relay_state SET last_position = last_position + (SELECT count(*) FROM next)
     RETURNING (SELECT count(*) FROM next) AS stamped`,
    [limit],
  );
  return row?.stamped ?? 0;
}

/** Which events are meant: of one message key, of one customer, of a key as far as they are the customer's, or all. */
export type EventMatch = Readonly<{ key: string; customerId?: string }> | Readonly<{ customerId: string }> | 'all';

type PositionedRow = EventRow & { position: number; topic: string; message_key: string };

const toPositioned = (row: PositionedRow): PositionedEvent => ({
  ...toStoredEvent(row),
  position: row.position,
  topic: row.topic,
  key: row.message_key,
});

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** A match as a condition, with its parameters numbered from `first`; written out, so that its index is used. */
const conditionOf = (match: EventMatch, first: number): Readonly<{ sql: string; params: readonly string[] }> => {
  if (match === 'all') return { sql: '', params: [] };
  // A principal of another issuer may be no UUID; no event is theirs.
  if (match.customerId !== undefined && !uuid.test(match.customerId)) return { sql: ' AND false', params: [] };
  const asked = [
    ['message_key', 'key' in match ? match.key : undefined] as const,
    ['customer_id', match.customerId] as const,
  ].flatMap(([column, value]) => (value === undefined ? [] : [{ column, value }]));
  return {
    sql: asked.map(({ column }, index) => ` AND ${column} = $${first + index}`).join(''),
    params: asked.map(({ value }) => value),
  };
};

/** Events after a position in their order: of one topic, up to a position and of a match, where these are given. */
export async function readEvents(
  from: Readonly<{ query: Query }>,
  {
    after,
    upTo = null,
    limit,
    topic = null,
    match = 'all',
  }: Readonly<{ after: number; upTo?: number | null; limit: number; topic?: string | null; match?: EventMatch }>,
): Promise<readonly PositionedEvent[]> {
  const { sql, params } = conditionOf(match, 5);
  const rows = await from.query<PositionedRow>(
    `SELECT ${eventColumns}, position, topic, message_key FROM events
     WHERE position > $1 AND ($3::text IS NULL OR topic = $3) AND ($4::bigint IS NULL OR position <= $4)${sql}
     ORDER BY position LIMIT $2`,
    [after, limit, topic, upTo, ...params],
  );
  return rows.map(toPositioned);
}

/** The last event of each aggregate that matches, up to a position, in their order; the newest when there are too many. */
export async function readLatestEvents(
  from: Readonly<{ query: Query }>,
  { upTo, limit, topic, match }: Readonly<{ upTo: number; limit: number; topic: string; match: EventMatch }>,
): Promise<readonly PositionedEvent[]> {
  const { sql, params } = conditionOf(match, 4);
  const rows = await from.query<PositionedRow>(
    `SELECT * FROM (
       SELECT DISTINCT ON (aggregate_type, aggregate_id) ${eventColumns}, position, topic, message_key FROM events
       WHERE position <= $1 AND topic = $3${sql}
       ORDER BY aggregate_type, aggregate_id, position DESC
     ) AS latest ORDER BY position DESC LIMIT $2`,
    [upTo, limit, topic, ...params],
  );
  return rows.map(toPositioned).reverse();
}

/** Whether an event after this position is older than so many seconds: then whoever stopped there came back too late. */
export async function isBeyondWindow(
  from: Readonly<{ query: Query }>,
  { after, topic, seconds }: Readonly<{ after: number; topic: string; seconds: number }>,
): Promise<boolean> {
  const [next] = await from.query<{ old: boolean }>(
    `SELECT recorded_at < now() - make_interval(secs => $3) AS old FROM events
     WHERE position > $1 AND topic = $2 ORDER BY position LIMIT 1`,
    [after, topic, seconds],
  );
  return next?.old ?? false;
}

/** The position of the last stamped event; 0 in an empty log. */
export async function lastPosition(from: Readonly<{ query: Query }>): Promise<number> {
  const [row] = await from.query<{ last_position: number }>('SELECT last_position FROM relay_state');
  return row?.last_position ?? 0;
}

/**
 * Appends history that must not set anything in motion, such as demo data: stamped, and counted as published.
 *
 * @throws Error when the log holds events already; history comes first.
 */
export async function seedPublishedEvents(tx: Tx, messages: readonly OutgoingMessage[], cause: Cause): Promise<void> {
  await tx.query('SELECT last_position FROM relay_state FOR UPDATE');
  const [present] = await tx.query('SELECT 1 FROM events LIMIT 1');
  if (present !== undefined) throw new Error('History can only be seeded into an empty log.');
  await appendMessages(tx, messages, cause);
  await stampPositions(tx, messages.length);
  await tx.query('UPDATE relay_state SET published_position = last_position');
}
