import { setTimeout as delay } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { appendMessages, eventLogMigrations, stampPositions, type EventMatch } from '@supergraph/eventsourcing';
import { createDb, migrate, type Db } from '@supergraph/postgres';
import { createTestDatabase, startCutter, testBackingServices, testNamespace } from '@supergraph/testing';
import { createLiveEvents, type LiveEvents, type LiveEventsOptions } from './liveEvents.ts';
import type { Followed, ResumableStream, SubscribeRequest } from './resumable.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const carla = randomUUID();
const dmitri = randomUUID();
const never = 600_000;

let db: Db;
let drop: () => Promise<void>;
let opened: LiveEvents[] = [];
beforeAll(async () => {
  const database = await createTestDatabase('live_events');
  await migrate({ url: database.url, migrations: [eventLogMigrations], log: silent });
  db = createDb({ url: database.url, applicationName: 'test', log: silent });
  drop = database.drop;
});
afterEach(async () => {
  await Promise.all(opened.map(({ stop }) => stop()));
  opened = [];
});
afterAll(async () => {
  await db.close();
  await drop();
});

/** Follows, outside of GraphQL. */
const follow = async (live: LiveEvents, match: EventMatch) => live.subscribe(match, null);
const open = async (options: Partial<LiveEventsOptions> = {}): Promise<LiveEvents> => {
  const { redisUrl } = testBackingServices();
  const live = createLiveEvents({
    db,
    topic: 'order-events',
    redisUrl,
    namespace: testNamespace('live'),
    log: silent,
    ...options,
  });
  opened.push(live);
  await live.start();
  return live;
};

const cause = { userId: null, correlationId: 'test', causationId: null };
const message = (aggregateId: string, customerId: string, n: number) => ({
  ...{ topic: 'order-events', aggregateType: 'Order', aggregateId, aggregateVersion: n },
  ...{ type: 'OrderPlaced', data: { n }, customerId },
});
const append = (aggregateId: string, customerId: string, n: number): Promise<unknown> =>
  db.transaction(async (tx) => {
    await appendMessages(tx, [message(aggregateId, customerId, n)], cause);
    await stampPositions(tx, 100);
  });

const takeItems = async (events: ResumableStream, count: number): Promise<Followed[]> => {
  const taken: Followed[] = [];
  while (taken.length < count) {
    const { value, done } = await events.next();
    if (done === true) throw new Error('The stream ended.');
    taken.push(value);
  }
  return taken;
};
const nameOf = ({ event }: Followed): string => (event ? `${event.aggregateId} ${event.aggregateVersion}` : 'live');
const take = async (events: ResumableStream, count: number): Promise<string[]> =>
  (await takeItems(events, count)).map(nameOf);

const request = (given: Partial<SubscribeRequest> = {}): SubscribeRequest => ({
  field: 'orderEvents',
  arguments: {},
  cursor: null,
  snapshot: false,
  ...given,
});

describe('live events', () => {
  test('reach who follows their key, their customer or everything, each once and in order', async () => {
    const live = await open({ pollMs: 20 });
    const [one, two] = [randomUUID(), randomUUID()];
    const byKey = await follow(live, { key: one });
    const byCustomer = await follow(live, { customerId: dmitri });
    const all = await follow(live, 'all');
    await append(one, carla, 1);
    await append(two, dmitri, 1);
    await append(one, carla, 2);
    await append(two, dmitri, 2);
    expect(await take(byKey, 2)).toEqual([`${one} 1`, `${one} 2`]);
    expect(await take(byCustomer, 2)).toEqual([`${two} 1`, `${two} 2`]);
    expect(await take(all, 4)).toEqual([`${one} 1`, `${two} 1`, `${one} 2`, `${two} 2`]);
  });

  test('begin with the subscription, not with the first read of it', async () => {
    const live = await open({ pollMs: 20 });
    const id = randomUUID();
    const events = await follow(live, { key: id });
    const other = await follow(live, { key: id });
    await append(id, carla, 1);
    await take(other, 1);
    expect(await take(events, 1)).toEqual([`${id} 1`]);
  });

  // A promise that nobody caught would fail it, as it ends a service.
  test('are announced again after connections to Redis that broke, and an end meanwhile is an orderly one', async () => {
    const cutter = await startCutter(testBackingServices().redisUrl);
    const namespace = testNamespace('cut');
    const follower = await open({ namespace, pollMs: never, redisUrl: cutter.url });
    const announcer = await open({ namespace, pollMs: never });
    const id = randomUUID();
    const events = await follow(follower, { key: id });
    for (const n of [1, 2]) {
      cutter.cutAt('subscribe');
      cutter.cut();
      await delay(100);
      cutter.cutAt(null);
      await append(id, carla, n);
      const next = take(events, 1);
      const repeat = setInterval(() => void announcer.announce(), 50);
      expect(await next).toEqual([`${id} ${n}`]);
      clearInterval(repeat);
    }
    cutter.cutAt('subscribe');
    cutter.cut();
    await follower.stop();
    await cutter.close();
  });

  test('are read at once when another process announces them', async () => {
    const namespace = testNamespace('announce');
    const follower = await open({ namespace, pollMs: never });
    const announcer = await open({ namespace, pollMs: never });
    const id = randomUUID();
    const events = await follow(follower, { key: id });
    const first = take(events, 1);
    await append(id, carla, 1);
    // Redis acknowledges no subscription to us, so the announcement is repeated until it is heard.
    const repeat = setInterval(() => void announcer.announce(), 50);
    expect(await first).toEqual([`${id} 1`]);
    clearInterval(repeat);
  });

  test('arrive without Redis, by polling, and announcing does not fail', async () => {
    const live = await open({ redisUrl: 'redis://127.0.0.1:1', pollMs: 20 });
    const id = randomUUID();
    const events = await follow(live, { key: id });
    await append(id, carla, 1);
    await live.announce();
    expect(await take(events, 1)).toEqual([`${id} 1`]);
  });

  test('end for a reader who falls too far behind, with what fitted and a code; others notice nothing', async () => {
    const live = await open({ mailboxCapacity: 2, pollMs: 20 });
    const id = randomUUID();
    const slow = await follow(live, { key: id });
    const fast = await follow(live, { key: id });
    for (const n of [1, 2, 3]) {
      await append(id, carla, n);
      expect(await take(fast, 1)).toEqual([`${id} ${n}`]);
    }
    expect(await take(slow, 2)).toEqual([`${id} 1`, `${id} 2`]);
    await expect(slow.next()).rejects.toMatchObject({ code: 'SUBSCRIPTION_OVERFLOW' });
    await append(id, carla, 4);
    expect(await take(fast, 1)).toEqual([`${id} 4`]);
  });

  test('end in good order when the service stops', async () => {
    const live = await open({ pollMs: 20 });
    const waiting = (await follow(live, 'all')).next();
    await live.stop();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  test('end in good order at whatever moment of their connection the service stops', async () => {
    for (let wait = 0; wait < 20; wait += 1) {
      const live = await open({ pollMs: 20 });
      await delay(wait);
      await live.stop();
    }
  });
});

describe('a cursor', () => {
  test('leads on after its event: through the store, in order, once, and then live', async () => {
    const live = await open({ pollMs: 20, batchSize: 3 });
    const id = randomUUID();
    const match = { key: id };
    const before = await live.subscribe(match, request());
    for (let n = 1; n <= 9; n += 1) await append(id, carla, n);
    const [place, , second] = await takeItems(before, 3);
    expect(place).toEqual({ event: null, cursor: expect.any(String), snapshot: false });
    await before.return?.();

    for (const cursor of [second?.cursor, place?.cursor]) {
      const after = await live.subscribe(match, request({ cursor: cursor ?? '' }));
      const expected = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `${id} ${n}`).slice(cursor === place?.cursor ? 0 : 2);
      // Where it becomes live depends on how far the tailer is.
      const taken = await take(after, expected.length + 1);
      expect(taken.filter((name) => name !== 'live')).toEqual(expected);
      expect(taken).toContain('live');
      await after.return?.();
    }
    const again = await live.subscribe(match, request({ cursor: second?.cursor ?? '' }));
    await append(id, carla, 10);
    expect((await take(again, 9)).filter((name) => name !== 'live').at(-1)).toBe(`${id} 10`);
  });

  test('never passes over an event that committed late: what has no position yet is behind every position', async () => {
    const live = await open({ pollMs: 20 });
    const [early, late] = [randomUUID(), randomUUID()];
    const all = await live.subscribe({ customerId: dmitri }, request());
    const { cursor } = (await takeItems(all, 1))[0] ?? {};
    // The transaction that took the earlier number is still open while the later one commits and is delivered.
    let commit = (): void => undefined;
    let appended = (): void => undefined;
    const isAppended = new Promise<void>((resolve) => (appended = resolve));
    const committed = db.transaction(async (tx) => {
      await appendMessages(tx, [message(early, dmitri, 1)], cause);
      appended();
      await new Promise<void>((resolve) => (commit = resolve));
    });
    await isAppended;
    await append(late, dmitri, 1);
    expect(await take(all, 1)).toEqual([`${late} 1`]);
    commit();
    await committed;
    await db.transaction((tx) => stampPositions(tx, 100));
    expect(await take(all, 1)).toEqual([`${early} 1`]);
    const again = await live.subscribe({ customerId: dmitri }, request({ cursor: cursor ?? '' }));
    expect((await take(again, 3)).filter((name) => name !== 'live')).toEqual([`${late} 1`, `${early} 1`]);
  });

  test('of somebody else, of other arguments, or from nowhere is refused with the offer of a snapshot', async () => {
    const live = await open({ pollMs: 20 });
    const mine = await live.subscribe({ customerId: carla }, request());
    const cursor = (await takeItems(mine, 1))[0]?.cursor ?? '';
    const refused = { code: 'SUBSCRIPTION_CURSOR_INVALID', details: { snapshot: true } };
    await expect(live.subscribe({ customerId: dmitri }, request({ cursor }))).rejects.toMatchObject(refused);
    await expect(live.subscribe('all', request({ cursor }))).rejects.toMatchObject(refused);
    const other = request({ cursor, arguments: { orderId: 'o1' } });
    await expect(live.subscribe({ customerId: carla }, other)).rejects.toMatchObject(refused);
    await expect(live.subscribe({ customerId: carla }, request({ cursor: 'x' }))).rejects.toMatchObject(refused);
  });

  test('is refused when the log was set back to before it', async () => {
    const live = await open({ pollMs: 20 });
    const events = await live.subscribe('all', request());
    const id = randomUUID();
    await append(id, carla, 1);
    const cursor = (await takeItems(events, 2))[1]?.cursor ?? '';
    await db.query('UPDATE relay_state SET last_position = last_position - 1');
    await expect(live.subscribe('all', request({ cursor }))).rejects.toMatchObject({
      code: 'SUBSCRIPTION_CURSOR_INVALID',
    });
    await db.query('UPDATE relay_state SET last_position = last_position + 1');
  });

  test('expires with the first event after it that is older than the window, not before', async () => {
    const live = await open({ pollMs: 20, resumeWindowSeconds: 3600 });
    const id = randomUUID();
    const events = await live.subscribe({ key: id }, request());
    await append(id, carla, 1);
    await append(id, carla, 2);
    const [, first, second] = await takeItems(events, 3);
    await db.query("UPDATE events SET recorded_at = now() - interval '2 hours' WHERE aggregate_id = $1", [id]);
    await expect(live.subscribe({ key: id }, request({ cursor: first?.cursor ?? '' }))).rejects.toMatchObject({
      code: 'SUBSCRIPTION_CURSOR_EXPIRED',
      details: { snapshot: true },
    });
    expect(await take(await live.subscribe({ key: id }, request({ cursor: second?.cursor ?? '' })), 1)).toEqual([
      'live',
    ]);
  });

  test('can be had with a snapshot: the last event of everything that is followed, then what comes', async () => {
    const live = await open({ pollMs: 20 });
    const customer = randomUUID();
    const [one, two] = [randomUUID(), randomUUID()];
    const ahead = await follow(live, { customerId: customer });
    await append(one, customer, 1);
    await append(two, customer, 1);
    await append(one, customer, 2);
    await take(ahead, 3);
    const events = await live.subscribe({ customerId: customer }, request({ snapshot: true }));
    await append(two, customer, 2);
    const items = await takeItems(events, 4);
    expect(items.map(nameOf)).toEqual([`${two} 1`, `${one} 2`, 'live', `${two} 2`]);
    expect(items.map(({ snapshot }) => snapshot)).toEqual([true, true, false, false]);
  });
});
