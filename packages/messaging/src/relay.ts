import {
  hasUnstamped,
  pruneEventLog,
  readEvents,
  stampPositions,
  type PositionedEvent,
} from '@supergraph/eventsourcing';
import type { Db } from '@supergraph/postgres';
import type { Producer } from 'kafkajs';
import pg from 'pg';
import type { Logger } from 'pino';
import type { KafkaClient } from './kafka.ts';
import { createLatch } from './latch.ts';
import { toMessage } from './message.ts';
import { exponential, pause } from './pause.ts';

/** Carries the events table of one database to Kafka, at least once and in order. */
export type Relay = Readonly<{
  start: () => void;
  /** How many stamped events are not published yet, or null while another process is the relay. */
  lag: () => number | null;
  /** Ends after the batch in hand. */
  stop: () => Promise<void>;
}>;

/** What a relay connects. */
export type RelayOptions = Readonly<{
  /** A direct connection, not a transaction pooler: the lock belongs to its session. */
  url: string;
  db: Db;
  kafka: KafkaClient;
  log: Logger;
  /** It looks this often for what other processes appended. */
  pollMs?: number;
  batchSize?: number;
}>;

/** The lock's number; advisory locks are per database, so one number serves all. */
const relayLock = 4_201_001;
const pruneEveryMs = 3_600_000;

/**
 * The relay of a database. Every process of a service starts one; the holder of an advisory lock works, the
 * others stand by. Stamping goes on while Kafka is away, so that live readers of the log lose nothing by it.
 */
export function createRelay({ url, db, kafka, log, pollMs = 100, batchSize = 500 }: RelayOptions): Relay {
  const ending = new AbortController();
  const signal = ending.signal;
  const appended = createLatch();
  const stamped = createLatch();
  let unpublished: number | null = null;
  let work: Promise<void> | undefined;

  /** Stamps the next events and says how many; `session` holds the lock, so no other relay does. */
  const stamp = async (session: pg.Client): Promise<number> => {
    const tx = {
      query: async (sql: string, params: readonly unknown[] = []) => (await session.query(sql, [...params])).rows,
    };
    if (!(await hasUnstamped(tx))) return 0;
    await session.query('BEGIN');
    try {
      const count = Number(await stampPositions(tx, batchSize));
      await session.query('COMMIT');
      return count;
    } catch (error) {
      await session.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  };

  /** Reads how far Kafka is behind, so that the lag is known during an outage too. */
  const readLag = async (): Promise<{ after: number; last: number }> => {
    const [state] = await db.query<{ last_position: number; published_position: number }>(
      'SELECT last_position, published_position FROM relay_state',
    );
    const { last_position: last = 0, published_position: after = 0 } = state ?? {};
    unpublished = last - after;
    return { after, last };
  };

  const publish = async (producer: Producer, after: number): Promise<void> => {
    const events = await readEvents(db, { after, limit: batchSize });
    await producer.sendBatch({
      acks: -1,
      topicMessages: [...byTopic(events)].map(([topic, batch]) => ({
        topic: kafka.named(topic),
        messages: batch.map((event) => toMessage(event, event.key)),
      })),
    });
    const published = events.at(-1)?.position ?? after;
    await db.query('UPDATE relay_state SET published_position = $1 WHERE published_position < $1', [published]);
  };

  const stampLoop = async (session: pg.Client, over: AbortSignal): Promise<void> => {
    let pruneAt = 0;
    while (!over.aborted) {
      const count = await stamp(session);
      if (count > 0) stamped.notify();
      if (count === batchSize) continue;
      if (Date.now() >= pruneAt) {
        pruneAt = Date.now() + pruneEveryMs;
        await pruneEventLog(db);
      }
      await appended.wait(pollMs, over);
    }
  };

  /** Repeats what Kafka did not take until it does; an outage delays events, it never drops one. */
  const publishLoop = async (over: AbortSignal): Promise<void> => {
    let failures = 0;
    let producer: Producer | undefined;
    while (!over.aborted) {
      try {
        const { after, last } = await readLag();
        if (last === after) {
          await stamped.wait(1_000, over);
          continue;
        }
        if (producer === undefined) {
          producer = kafka.producer();
          await producer.connect();
        }
        await publish(producer, after);
        if (failures > 0) log.info('events are published again');
        failures = 0;
      } catch (error) {
        failures += 1;
        if (failures === 1)
          log.warn({ err: error }, 'events cannot be published right now; they are kept and tried again');
        await producer?.disconnect().catch(() => undefined);
        producer = undefined;
        await pause(exponential(failures, 100, 2_000), over);
      }
    }
    await producer?.disconnect().catch(() => undefined);
  };

  /** Waits for the lock, then relays until the session or the process ends. */
  const relayOnce = async (): Promise<void> => {
    const session = new pg.Client({ connectionString: url, application_name: 'relay', keepAlive: true });
    // This turn is over when the session is lost, when the relay is told to stop, or when half of it has failed.
    const turn = new AbortController();
    const over = turn.signal;
    const end = (): void => turn.abort();
    session.on('error', end);
    session.on('end', end);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
    try {
      await session.connect();
      for (;;) {
        const { rows } = await session.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [
          relayLock,
        ]);
        if (rows[0]?.locked === true) break;
        await pause(500, over);
        if (over.aborted) return;
      }
      const both = [stampLoop(session, over), publishLoop(over)];
      // When one of them ends, the other one is told to. After a failure it is not waited for, as stamping must go on soon:
      // what it is sending may be sent twice then, which consumers know.
      await Promise.race(both).finally(end);
      await Promise.all(both);
    } finally {
      end();
      signal.removeEventListener('abort', end);
      unpublished = null;
      await session.end().catch(() => undefined);
    }
  };

  const run = async (): Promise<void> => {
    let failures = 0;
    while (!signal.aborted) {
      try {
        await relayOnce();
        failures = 0;
      } catch (error) {
        failures += 1;
        if (failures === 1) log.warn({ err: error }, 'the relay lost its database and tries again');
        await pause(exponential(failures, 100, 2_000), signal);
      }
    }
  };

  return {
    start: () => {
      db.onCommit(appended.notify);
      work ??= run();
    },
    lag: () => unpublished,
    stop: async () => {
      ending.abort();
      await work;
    },
  };
}

const byTopic = (events: readonly PositionedEvent[]): ReadonlyMap<string, readonly PositionedEvent[]> => {
  const topics = new Map<string, PositionedEvent[]>();
  for (const event of events) {
    const batch = topics.get(event.topic);
    if (batch === undefined) topics.set(event.topic, [event]);
    else batch.push(event);
  }
  return topics;
};
