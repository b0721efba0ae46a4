import { setTimeout as delay } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { appendMessages, eventLogMigrations, stampPositions, type PositionedEvent } from '@supergraph/eventsourcing';
import { createDb, migrate, type Db } from '@supergraph/postgres';
import { createTestDatabase, testBackingServices, testNamespace } from '@supergraph/testing';
import { createLiveEvents, type LiveEvents, type LiveEventsOptions } from './liveEvents.ts';

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

const append = (aggregateId: string, customerId: string, n: number): Promise<unknown> =>
  db.transaction(async (tx) => {
    await appendMessages(
      tx,
      [
        {
          ...{ topic: 'order-events', aggregateType: 'Order', aggregateId, aggregateVersion: n },
          ...{ type: 'OrderPlaced', data: { n }, customerId },
        },
      ],
      { userId: null, correlationId: 'test', causationId: null },
    );
    await stampPositions(tx, 100);
  });

const take = async (events: AsyncIterableIterator<PositionedEvent>, count: number): Promise<string[]> => {
  const taken: string[] = [];
  while (taken.length < count) {
    const { value, done } = await events.next();
    if (done === true) throw new Error('The stream ended.');
    taken.push(`${value.aggregateId} ${value.aggregateVersion}`);
  }
  return taken;
};

describe('live events', () => {
  test('reach who follows their key, their customer or everything, each once and in order', async () => {
    const live = await open({ pollMs: 20 });
    const [one, two] = [randomUUID(), randomUUID()];
    const byKey = live.subscribe({ key: one });
    const byCustomer = live.subscribe({ customerId: dmitri });
    const all = live.subscribe('all');
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
    const events = live.subscribe({ key: id });
    const other = live.subscribe({ key: id });
    await append(id, carla, 1);
    await take(other, 1);
    expect(await take(events, 1)).toEqual([`${id} 1`]);
  });

  test('are read at once when another process announces them', async () => {
    const namespace = testNamespace('announce');
    const follower = await open({ namespace, pollMs: never });
    const announcer = await open({ namespace, pollMs: never });
    const id = randomUUID();
    const events = follower.subscribe({ key: id });
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
    const events = live.subscribe({ key: id });
    await append(id, carla, 1);
    await live.announce();
    expect(await take(events, 1)).toEqual([`${id} 1`]);
  });

  test('end for a reader who falls too far behind, with what fitted and a code; others notice nothing', async () => {
    const live = await open({ mailboxCapacity: 2, pollMs: 20 });
    const id = randomUUID();
    const slow = live.subscribe({ key: id });
    const fast = live.subscribe({ key: id });
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
    const waiting = live.subscribe('all').next();
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
