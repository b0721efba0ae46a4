import { DomainError } from '@supergraph/errors';
import type { DomainEvent, StoredEvent } from '@supergraph/events';
import type { Db, Tx } from '@supergraph/postgres';
import { appendMessages } from './appendMessages.ts';
import type { Cause } from './cause.ts';
import type { Decider } from './decider.ts';
import { eventColumns, toStoredEvent, type EventRow } from './eventRow.ts';
import { readSnapshot, writeSnapshot, type Versioned } from './snapshots.ts';

/** What a command led to: the state after it, and the events that were appended (none when it was so already). */
export type Handled<State, Event extends DomainEvent> = Versioned<State> &
  Readonly<{ id: string; events: readonly StoredEvent<Event>[] }>;

/** Writes that belong to the append: an inline read table, a command to another service, a task. */
export type InlineWrite<State, Event extends DomainEvent> = (tx: Tx, handled: Handled<State, Event>) => Promise<void>;

/** How one kind of aggregate is kept. */
export type EventStoreOptions<State, Command, Event extends DomainEvent> = Readonly<{
  db: Db;
  aggregateType: string;
  topic: string;
  decider: Decider<State, Command, Event>;
  /** The customer who owns the aggregate in this state. */
  customerOf: (state: State) => string | null;
  /** The Kafka message key; the aggregate's id unless given. */
  keyOf?: (state: State, id: string) => string;
  /** The schema version that is written for an event type; 1 unless named. */
  eventVersions?: Readonly<Partial<Record<Event['type'], number>>>;
  /** Reads a stored event of whatever version as today's shape, at the read boundary. */
  upcast?: (event: StoredEvent) => StoredEvent;
  /** Raise it when the shape of `State` changes: snapshots of other versions are ignored. */
  stateVersion?: number;
  /** The architecture's 100. */
  snapshotEvery?: number;
  /** Runs in the transaction of every append, whoever appends: strongly consistent read tables live here. */
  onAppend?: InlineWrite<State, Event>;
}>;

/** Where and with what else a command is handled. */
export type HandleOptions<State, Event extends DomainEvent> = Readonly<{
  /** An open transaction to take part in, as in a reaction; a version conflict then surfaces at once. */
  tx?: Tx;
  /** More writes for this command alone, in the same transaction; they run even when no event follows. */
  also?: InlineWrite<State, Event>;
}>;

/** Loads aggregates, and appends what their decider decides. */
export type EventStore<State, Command, Event extends DomainEvent> = Readonly<{
  load: (id: string, tx?: Tx) => Promise<Versioned<State>>;
  /**
   * Loads the aggregate, decides, appends with the expected version, and writes the inline tables, all in one
   * transaction. A version conflict is tried again three times when the transaction is the store's own.
   *
   * @throws what the decider throws; DomainError VERSION_CONFLICT, EVENT_TOO_LARGE, DATABASE_UNAVAILABLE.
   */
  handle: (
    id: string,
    command: Command,
    cause: Cause,
    options?: HandleOptions<State, Event>,
  ) => Promise<Handled<State, Event>>;
}>;

const conflictRetries = 3;

/** An event store for one kind of aggregate, on the `events` table of its service. */
export function createEventStore<State, Command, Event extends DomainEvent>(
  options: EventStoreOptions<State, Command, Event>,
): EventStore<State, Command, Event> {
  const { db, aggregateType, topic, decider, customerOf, stateVersion = 1, snapshotEvery = 100 } = options;

  const load = async (id: string, tx: Tx): Promise<Versioned<State>> => {
    const aggregate = { type: aggregateType, id, stateVersion };
    // A snapshot of the right state version was written by this store from a State.
    const snapshot = (await readSnapshot(tx, aggregate)) as Versioned<State> | null;
    const from = snapshot ?? { state: decider.initialState(), version: 0 };
    const rows = await tx.query<EventRow>(
      `SELECT ${eventColumns} FROM events
       WHERE aggregate_type = $1 AND aggregate_id = $2 AND aggregate_version > $3 ORDER BY aggregate_version`,
      [aggregateType, id, from.version],
    );
    const upcast = options.upcast ?? ((event) => event);
    return rows.reduce(
      ({ state }, row) => ({
        // Only this store appends to its aggregates: the rows are events of their type.
        state: decider.evolve(state, upcast(toStoredEvent(row)) as unknown as Event),
        version: row.aggregate_version,
      }),
      from,
    );
  };

  const handleIn = async (
    tx: Tx,
    id: string,
    command: Command,
    cause: Cause,
    also?: InlineWrite<State, Event>,
  ): Promise<Handled<State, Event>> => {
    const before = await load(id, tx);
    const decided = decider.decide(command, before.state);
    const state = decided.reduce(decider.evolve, before.state);
    const version = before.version + decided.length;
    const stored = await appendMessages(
      tx,
      decided.map((event, index) => ({
        topic,
        key: options.keyOf?.(state, id) ?? id,
        aggregateType,
        aggregateId: id,
        aggregateVersion: before.version + index + 1,
        type: event.type,
        eventVersion: options.eventVersions?.[event.type as Event['type']] ?? 1,
        data: event.data,
        customerId: customerOf(state),
      })),
      cause,
    );
    const handled = { id, state, version, events: stored as readonly StoredEvent<Event>[] };
    if (decided.length > 0) {
      await options.onAppend?.(tx, handled);
      if (Math.floor(version / snapshotEvery) > Math.floor(before.version / snapshotEvery))
        await writeSnapshot(tx, { type: aggregateType, id, stateVersion }, { state, version });
    }
    await also?.(tx, handled);
    return handled;
  };

  return {
    load: (id, tx = db) => load(id, tx),
    handle: async (id, command, cause, { tx, also } = {}) => {
      if (tx !== undefined) return handleIn(tx, id, command, cause, also);
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await db.transaction((own) => handleIn(own, id, command, cause, also));
        } catch (error) {
          const conflict = error instanceof DomainError && error.code === 'VERSION_CONFLICT';
          if (!conflict || attempt > conflictRetries) throw error;
        }
      }
    },
  };
}
