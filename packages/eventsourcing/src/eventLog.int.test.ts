import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createDb, migrate, type Db } from '@supergraph/postgres';
import { createTestDatabase, eventually, startTestPostgres } from '@supergraph/testing';
import pg from 'pg';
import { appendMessages, maxEventBytes, type OutgoingMessage } from './appendMessages.ts';
import type { Cause } from './cause.ts';
import { counter, type CounterState } from './counter.fixture.ts';
import { createEventStore, type EventStoreOptions } from './eventStore.ts';
import { eventLogMigrations } from './migrations.ts';
import { lastPosition, readEvents, seedPublishedEvents, stampPositions } from './positions.ts';
import { pruneEventLog } from './prune.ts';
import { createTailer } from './tailer.ts';
import { createTasks, type Task } from './tasks.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const cause: Cause = { userId: null, correlationId: 'test', causationId: null };

type TestDb = Readonly<{ url: string; db: Db; drop: () => Promise<void> }>;
const openLog = async (): Promise<TestDb> => {
  const { url, drop } = await createTestDatabase('event_log');
  await migrate({ url, migrations: [eventLogMigrations], log: silent });
  const db = createDb({ url, applicationName: 'test', log: silent });
  return { url, db, drop: () => db.close().then(drop) };
};

const message = (n: number, aggregateId: string = randomUUID(), aggregateVersion = 1): OutgoingMessage => ({
  topic: 'order-events',
  aggregateType: 'Thing',
  aggregateId,
  aggregateVersion,
  type: 'ThingHappened',
  data: { n },
  customerId: null,
});
const numbers = (events: readonly { data: unknown }[]) => events.map(({ data }) => (data as { n: number }).n);

let log: TestDb;
beforeAll(async () => {
  log = await openLog();
});
afterAll(() => log.drop());

describe('an event store', () => {
  const store = (options: Partial<EventStoreOptions<CounterState, Parameters<typeof counter.decide>[0], never>> = {}) =>
    createEventStore({
      db: log.db,
      aggregateType: 'Counter',
      topic: 'order-events',
      decider: counter,
      customerOf: () => null,
      ...(options as object),
    });

  test('gives back the state that its events lead to', async () => {
    const id = randomUUID();
    await store().handle(id, { type: 'Count', by: 2 }, cause);
    const handled = await store().handle(id, { type: 'Count', by: 3 }, cause);
    expect(handled).toMatchObject({
      id,
      version: 2,
      state: { value: 5 },
      events: [{ type: 'Counted', aggregateVersion: 2 }],
    });
    expect(await store().load(id)).toEqual({ state: { value: 5 }, version: 2 });
  });

  test('appends nothing when a rule is broken, and nothing when it is so already', async () => {
    const id = randomUUID();
    await expect(store().handle(id, { type: 'Count', by: -1 }, cause)).rejects.toThrow('below zero');
    expect((await store().handle(id, { type: 'Reset' }, cause)).events).toEqual([]);
    expect((await store().load(id)).version).toBe(0);
  });

  test('lets everyone win who decides at the same time, one after the other', async () => {
    const id = randomUUID();
    const both = await Promise.all([1, 2, 3].map((by) => store().handle(id, { type: 'Count', by }, cause)));
    expect(both.map(({ version }) => version).toSorted()).toEqual([1, 2, 3]);
    expect((await store().load(id)).state).toEqual({ value: 6 });
  });

  test('writes the inline table and the caller’s own rows with the append, or none of them', async () => {
    await log.db.query('CREATE TABLE IF NOT EXISTS inline (id text, value int)');
    const id = randomUUID();
    const counters = createEventStore({
      db: log.db,
      aggregateType: 'Counter',
      topic: 'order-events',
      decider: counter,
      customerOf: () => null,
      onAppend: async (tx, { state }) => {
        await tx.query('INSERT INTO inline VALUES ($1, $2)', [id, state.value]);
      },
    });
    await counters.handle(id, { type: 'Count', by: 1 }, cause);
    const failing = counters.handle(id, { type: 'Count', by: 1 }, cause, {
      also: () => Promise.reject(new Error('no room')),
    });
    await expect(failing).rejects.toThrow('no room');
    expect(await log.db.query('SELECT value FROM inline WHERE id = $1', [id])).toEqual([{ value: 1 }]);
    expect((await counters.load(id)).version).toBe(1);
  });

  test('takes a snapshot every 100 events and reads only what came after it', async () => {
    const id = randomUUID();
    await log.db.transaction(async (tx) => {
      for (let n = 0; n < 99; n += 1) await store().handle(id, { type: 'Count', by: 1 }, cause, { tx });
    });
    const snapshots = () =>
      log.db.query('SELECT aggregate_version, state FROM snapshots WHERE aggregate_id = $1', [id]);
    expect(await snapshots()).toEqual([]);
    await store().handle(id, { type: 'Count', by: 1 }, cause);
    expect(await snapshots()).toEqual([{ aggregate_version: 100, state: { value: 100 } }]);
    await store().handle(id, { type: 'Count', by: 1 }, cause);

    const evolved: unknown[] = [];
    const watching = {
      ...counter,
      evolve: (state: CounterState, event: Parameters<typeof counter.evolve>[1]) => {
        evolved.push(event);
        return counter.evolve(state, event);
      },
    };
    expect(await store({ decider: watching as never }).load(id)).toEqual({ state: { value: 101 }, version: 101 });
    expect(evolved).toHaveLength(1);
  });

  test('ignores a snapshot whose state had another shape', async () => {
    const id = randomUUID();
    await store({ snapshotEvery: 2 }).handle(id, { type: 'Count', by: 1 }, cause);
    await store({ snapshotEvery: 2 }).handle(id, { type: 'Count', by: 1 }, cause);
    await log.db.query(`UPDATE snapshots SET state = '{"sum": 9}' WHERE aggregate_id = $1`, [id]);
    expect(await store({ stateVersion: 2 }).load(id)).toEqual({ state: { value: 2 }, version: 2 });
  });

  test('reads an event of an old schema as today’s', async () => {
    const id = randomUUID();
    await log.db.transaction((tx) =>
      appendMessages(tx, [{ ...message(0, id), aggregateType: 'Counter', type: 'Incremented', data: {} }], cause),
    );
    const upcast: EventStoreOptions<CounterState, never, never>['upcast'] = (event) =>
      event.type === 'Incremented' ? { ...event, type: 'Counted', data: { by: 1 } } : event;
    expect(await store({ upcast }).load(id)).toEqual({ state: { value: 1 }, version: 1 });
  });
});

describe('the log', () => {
  test('refuses an event that is too large, and keeps nothing of its transaction', async () => {
    const id = randomUUID();
    const large = { ...message(2, id, 2), data: 'x'.repeat(maxEventBytes) };
    await expect(log.db.transaction((tx) => appendMessages(tx, [message(1, id), large], cause))).rejects.toMatchObject({
      code: 'EVENT_TOO_LARGE',
    });
    expect(await log.db.query('SELECT 1 FROM events WHERE aggregate_id = $1', [id])).toEqual([]);
  });

  test('refuses a version that somebody else has written', async () => {
    const id = randomUUID();
    await log.db.transaction((tx) => appendMessages(tx, [message(1, id)], cause));
    await expect(log.db.transaction((tx) => appendMessages(tx, [message(2, id)], cause))).rejects.toMatchObject({
      code: 'VERSION_CONFLICT',
    });
  });

  test('shows a reader by position every event, although a later one commits first', async () => {
    const own = await openLog();
    const slow = new pg.Client({ connectionString: own.url });
    await slow.connect();
    try {
      // The slow transaction takes its sequence number first and commits last.
      await slow.query('BEGIN');
      const slowTx = {
        query: async (sql: string, params: readonly unknown[] = []) => (await slow.query(sql, [...params])).rows,
      };
      await appendMessages(slowTx as never, [message(1)], cause);
      await own.db.transaction((tx) => appendMessages(tx, [message(2), message(3)], cause));

      await own.db.transaction((tx) => stampPositions(tx, 100));
      const seen = await readEvents(own.db, { after: 0, limit: 100 });
      expect(numbers(seen)).toEqual([2, 3]);

      await slow.query('COMMIT');
      await own.db.transaction((tx) => stampPositions(tx, 100));
      const rest = await readEvents(own.db, { after: seen.at(-1)?.position ?? 0, limit: 100 });
      expect(numbers(rest)).toEqual([1]);
      expect(rest[0]?.position).toBe(3);
    } finally {
      await slow.end();
      await own.drop();
    }
  });

  test('keeps the order of an aggregate when its writers overlap', async () => {
    const own = await openLog();
    try {
      const id = randomUUID();
      const counters = createEventStore({
        db: own.db,
        aggregateType: 'Counter',
        topic: 'order-events',
        decider: counter,
        customerOf: () => null,
      });
      let writing = true;
      const stamping = (async () => {
        while (writing) await own.db.transaction((tx) => stampPositions(tx, 3));
      })();
      for (let n = 0; n < 40; n += 1)
        await Promise.all([
          counters.handle(id, { type: 'Count', by: 1 }, cause),
          own.db.transaction((tx) => appendMessages(tx, [message(n)], cause)),
        ]);
      writing = false;
      await stamping;
      while ((await own.db.transaction((tx) => stampPositions(tx, 100))) > 0);
      const events = await readEvents(own.db, { after: 0, limit: 1_000 });
      expect(events.map(({ position }) => position)).toEqual(Array.from({ length: 80 }, (_, index) => index + 1));
      expect(
        events.filter(({ aggregateId }) => aggregateId === id).map(({ aggregateVersion }) => aggregateVersion),
      ).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
    } finally {
      await own.drop();
    }
  });

  test('survives a dump and restore into another server: positions stay, and nothing unstamped is forgotten', async () => {
    const source = await openLog();
    const other = await startTestPostgres();
    const target = `${other.url}/postgres`;
    try {
      await source.db.transaction((tx) => appendMessages(tx, [message(1), message(2)], cause));
      await source.db.transaction((tx) => stampPositions(tx, 100));
      // Transaction ids far ahead of the fresh server's, as on a server with a long life.
      for (let n = 0; n < 50; n += 1) await source.db.query('SELECT pg_current_xact_id()');
      await source.db.transaction((tx) => appendMessages(tx, [message(3)], cause));

      await migrate({ url: target, migrations: [eventLogMigrations], log: silent });
      const restored = createDb({ url: target, applicationName: 'test', log: silent });
      try {
        for (const table of ['events', 'relay_state']) await copyRows(source.db, restored, table);
        await restored.query(`SELECT setval(pg_get_serial_sequence('events', 'seq'), (SELECT max(seq) FROM events))`);

        expect(numbers(await readEvents(restored, { after: 0, limit: 10 }))).toEqual([1, 2]);
        await restored.transaction((tx) => appendMessages(tx, [message(4)], cause));
        await restored.transaction((tx) => stampPositions(tx, 100));
        const events = await readEvents(restored, { after: 0, limit: 10 });
        expect(numbers(events)).toEqual([1, 2, 3, 4]);
        expect(events.map(({ position }) => position)).toEqual([1, 2, 3, 4]);
      } finally {
        await restored.close();
      }
    } finally {
      await source.drop();
      await other.remove();
    }
  });

  test('forgets published commands after a day, and never an event', async () => {
    const own = await openLog();
    try {
      const command = { ...message(2), topic: 'payment-commands' };
      await own.db.transaction((tx) => appendMessages(tx, [message(1), command], cause));
      await own.db.transaction((tx) => stampPositions(tx, 100));
      await own.db.query(`UPDATE events SET recorded_at = now() - interval '2 days'`);
      await pruneEventLog(own.db);
      expect(numbers(await readEvents(own.db, { after: 0, limit: 10 }))).toEqual([1, 2]);
      await own.db.query('UPDATE relay_state SET published_position = last_position');
      await pruneEventLog(own.db);
      expect(numbers(await readEvents(own.db, { after: 0, limit: 10 }))).toEqual([1]);
    } finally {
      await own.drop();
    }
  });

  test('can be seeded with history that is never published, once', async () => {
    const own = await openLog();
    try {
      await own.db.transaction((tx) => seedPublishedEvents(tx, [message(1), message(2)], cause));
      expect(await own.db.query('SELECT last_position, published_position FROM relay_state')).toEqual([
        { last_position: 2, published_position: 2 },
      ]);
      await expect(own.db.transaction((tx) => seedPublishedEvents(tx, [message(3)], cause))).rejects.toThrow(
        'empty log',
      );
    } finally {
      await own.drop();
    }
  });
});

describe('a tailer', () => {
  test('delivers every event of its topic once and in order, from where it started', async () => {
    const own = await openLog();
    const delivered: number[] = [];
    const tailer = createTailer({
      db: own.db,
      topic: 'order-events',
      log: silent,
      batchSize: 2,
      pollMs: 20,
      deliver: (events) => void delivered.push(...numbers(events)),
    });
    try {
      await own.db.transaction((tx) => appendMessages(tx, [message(1)], cause));
      await own.db.transaction((tx) => stampPositions(tx, 100));
      await tailer.start();
      await own.db.transaction((tx) =>
        appendMessages(tx, [message(2), { ...message(99), topic: 'payment-commands' }, message(3), message(4)], cause),
      );
      await own.db.transaction((tx) => stampPositions(tx, 100));
      await eventually(async () => expect(delivered).toEqual([2, 3, 4]));
      expect(tailer.position()).toBe(await lastPosition(own.db));
    } finally {
      await tailer.stop();
      await own.drop();
    }
  });
});

describe('a durable task', () => {
  const run = async (
    options: Readonly<{
      leaseSeconds?: number;
      handler: (task: Task, db: Db, complete: (task: Task) => Promise<void>) => Promise<void>;
    }>,
    body: (db: Db, tasks: ReturnType<typeof createTasks>) => Promise<void>,
  ): Promise<void> => {
    const own = await openLog();
    const tasks = createTasks({
      db: own.db,
      log: silent,
      pollMs: 20,
      backoffMs: () => 10,
      ...(options.leaseSeconds === undefined ? {} : { leaseSeconds: options.leaseSeconds }),
      handlers: {
        charge: (task) => options.handler(task, own.db, (done) => own.db.transaction((tx) => tasks.complete(tx, done))),
      },
    });
    try {
      await body(own.db, tasks);
    } finally {
      await tasks.stop();
      await own.drop();
    }
  };
  const due = (key: string, dueAt?: Date) => ({
    kind: 'charge',
    key,
    payload: { key },
    ...(dueAt === undefined ? {} : { dueAt }),
  });

  test('is done once, however often it is scheduled while it waits', async () => {
    const done: string[] = [];
    await run(
      {
        handler: async (task, _, complete) => {
          done.push(task.key);
          await complete(task);
        },
      },
      async (db, tasks) => {
        await db.transaction(async (tx) => {
          await tasks.schedule(tx, due('a'));
          await tasks.schedule(tx, due('a'));
          await tasks.schedule(tx, due('b', new Date(Date.now() + 3_600_000)));
        });
        tasks.start();
        await eventually(async () => expect(await db.query('SELECT key FROM tasks')).toEqual([{ key: 'b' }]));
        expect(done).toEqual(['a']);
      },
    );
  });

  test('is tried again after a failure, with the reason kept', async () => {
    const attempts: number[] = [];
    await run(
      {
        handler: async (task, _, complete) => {
          attempts.push(task.attempts);
          if (task.attempts < 3) throw new Error('the provider does not answer');
          await complete(task);
        },
      },
      async (db, tasks) => {
        await db.transaction((tx) => tasks.schedule(tx, due('a')));
        tasks.start();
        await eventually(async () => expect(await db.query('SELECT key FROM tasks')).toEqual([]));
        expect(attempts).toEqual([1, 2, 3]);
      },
    );
  });

  test('goes to another worker when its own one died, and the dead one’s late result is refused', async () => {
    const refused: unknown[] = [];
    const results: number[] = [];
    let release: () => void = () => undefined;
    const paused = new Promise<void>((resolve) => (release = resolve));
    await run(
      {
        leaseSeconds: 0.1,
        handler: async (task, _, complete) => {
          if (task.attempts === 1) await paused;
          await complete(task).then(
            () => results.push(task.attempts),
            (error: unknown) => refused.push(error),
          );
        },
      },
      async (db, tasks) => {
        await db.transaction((tx) => tasks.schedule(tx, due('a')));
        tasks.start();
        await eventually(async () => expect(results).toEqual([2]));
        release();
        await eventually(async () => expect(refused).toHaveLength(1));
        expect(String(refused[0])).toContain('lease');
      },
    );
  });

  test('that is cancelled in time is never done', async () => {
    const done: string[] = [];
    await run(
      {
        handler: async (task, _, complete) => {
          done.push(task.key);
          await complete(task);
        },
      },
      async (db, tasks) => {
        await db.transaction((tx) => tasks.schedule(tx, due('a')));
        await db.transaction((tx) => tasks.cancel(tx, 'charge', 'a'));
        await db.transaction((tx) => tasks.schedule(tx, due('b')));
        tasks.start();
        await eventually(async () => expect(done).toEqual(['b']));
      },
    );
  });
});

/** What pg_dump and pg_restore do with a table's rows: all columns as text, out of one server and into another. */
async function copyRows(from: Db, to: Db, table: string): Promise<void> {
  const [rows] = await from.query<{ rows: unknown }>(`SELECT coalesce(jsonb_agg(t), '[]') AS rows FROM ${table} t`);
  await to.query(`DELETE FROM ${table}`);
  await to.query(`INSERT INTO ${table} SELECT * FROM jsonb_populate_recordset(NULL::${table}, $1)`, [
    JSON.stringify(rows?.rows),
  ]);
}
