import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createLifecycle, createLogger } from '@supergraph/service-kit';
import { eventually, testBackingServices, testNamespace } from '@supergraph/testing';
import { connectRedis, type RedisClient } from '../../redis/connectRedis.ts';
import { createTagStore, type TagStore } from './createTagStore.ts';
import { createTagView, type Tagged, type TagView } from './createTagView.ts';

const log = createLogger({ service: 'test', level: 'silent' });
const lifecycle = createLifecycle({ log });
let redis: RedisClient;
beforeAll(async () => {
  const url = testBackingServices().redisUrl;
  redis = connectRedis({ url, name: 'tags', log, lifecycle, commandTimeoutMs: 60_000 });
  await eventually(() => redis.ping());
});
afterAll(() => lifecycle.close());

const setUp = () => {
  const namespace = testNamespace('tags');
  return { key: `${namespace}cache:tags`, store: createTagStore({ redis, namespace }) };
};

/** A view whose time stands still unless the test moves it, and that asks only when it is told to. */
const startView = (store: TagStore) => {
  const state = { now: 0, cut: false };
  const view = createTagView({
    store: {
      ...store,
      exchange: (...given) => (state.cut ? Promise.reject(new Error('cut off')) : store.exchange(...given)),
    },
    log,
    now: () => state.now,
  });
  return { view, state, catchUp: async () => void (await view.verify({ memory: -1, good: 0 }, [])) };
};

const entry = (view: TagView, ...tags: string[]): Tagged => {
  const stamp = view.stamp();
  if (stamp === null) throw new Error('There is no stamp.');
  return { ...stamp, tags, checked: 0 };
};

describe('a view of the tags', () => {
  test('lets an entry live until one of its tags is bumped, by itself or by another gateway', async () => {
    const { store } = setUp();
    const [a, b] = [startView(store), startView(store)];
    await a.catchUp();
    await b.catchUp();
    const [mine, theirs] = [entry(a.view, 'Product:1', 'Product:list'), entry(b.view, 'Product:1')];
    await a.view.bump(['Product:2']);
    expect(a.view.holds(mine)).toBe(true);
    await a.view.bump(['Product:1']);
    expect(a.view.holds(mine)).toBe(false);
    await b.catchUp();
    expect(b.view.holds(theirs)).toBe(false);
  });

  test('believes nothing that was stamped before a bump, however late it comes', async () => {
    const { store } = setUp();
    const a = startView(store);
    await a.catchUp();
    const before = entry(a.view, 'Product:1');
    await a.view.bump(['Product:1']);
    const after = entry(a.view, 'Product:1');
    expect([a.view.holds(before), a.view.holds(after)]).toEqual([false, true]);
  });

  test('uses nothing when it could not ask within its lease, and all that still holds once it can', async () => {
    const { store } = setUp();
    const [a, b] = [startView(store), startView(store)];
    await a.catchUp();
    await b.catchUp();
    const [kept, changed] = [entry(b.view, 'Product:1'), entry(b.view, 'Product:2')];
    b.state.cut = true;
    await a.view.bump(['Product:2']);
    b.state.now += 999;
    expect(b.view.holds(changed)).toBe(true); // not acknowledged yet
    b.state.now += 1;
    expect([b.view.holds(kept), b.view.holds(changed), b.view.stamp()]).toEqual([false, false, null]);
    b.state.cut = false;
    await b.catchUp();
    expect([b.view.holds(kept), b.view.holds(changed)]).toEqual([true, false]);
  });

  test('gives everything up when Redis has lost its memory, and what others kept is refused too', async () => {
    const { store, key } = setUp();
    const [a, b] = [startView(store), startView(store)];
    await a.catchUp();
    await b.catchUp();
    const [mine, theirs] = [entry(a.view, 'Product:1'), entry(b.view, 'Product:1')];
    await redis.del(key);
    await a.catchUp();
    expect(a.view.holds(mine)).toBe(false);
    await b.catchUp();
    expect(b.view.holds(theirs)).toBe(false);
    expect(await b.view.verify(theirs, theirs.tags)).toBeNull();
  });

  test('notices that Redis went back to an older memory', async () => {
    const { store, key } = setUp();
    const a = startView(store);
    await a.catchUp();
    const before = entry(a.view, 'Product:1');
    const saved = await redis.dumpBuffer(key);
    await a.view.bump(['Product:1']);
    await redis.restore(key, 0, saved ?? '', 'REPLACE');
    await a.catchUp();
    expect(a.view.holds(before)).toBe(false);
    expect(await a.view.verify(before, before.tags)).toBeNull();
    // Who knows nothing of all that must not believe it either.
    const late = startView(store);
    expect(await late.view.verify(before, before.tags)).toBeNull();
  });

  test('verifies with Redis what is older than the view', async () => {
    const { store } = setUp();
    const a = startView(store);
    await a.catchUp();
    const [kept, changed] = [entry(a.view, 'Product:1'), entry(a.view, 'Product:2')];
    await a.view.bump(['Product:2']);
    const late = startView(store);
    await late.catchUp();
    expect(await late.view.verify(kept, kept.tags)).toEqual({
      memory: kept.memory,
      good: a.view.acknowledged()?.clock,
    });
    expect(await late.view.verify(changed, changed.tags)).toBeNull();
  });

  test('that owes an invalidation uses no cache until Redis has it', async () => {
    const { store } = setUp();
    const [a, b] = [startView(store), startView(store)];
    await a.catchUp();
    await b.catchUp();
    const [mine, theirs] = [entry(a.view, 'Product:9'), entry(b.view, 'Product:1')];
    a.state.cut = true;
    await a.view.bump(['Product:1']);
    expect(a.view.holds(mine)).toBe(false);
    a.state.cut = false;
    a.view.wake();
    await eventually(() => expect(a.view.holds(mine)).toBe(true));
    await b.catchUp();
    expect(b.view.holds(theirs)).toBe(false);
    await a.view.stop();
  });

  test('forgets old bumps, and with them believes no entry that is older', async () => {
    const namespace = testNamespace('tags');
    const store = createTagStore({ redis, namespace, rememberedFor: 0 });
    const a = startView(store);
    await a.catchUp();
    const old = entry(a.view, 'Product:1');
    await a.view.bump(['Product:1']);
    await a.view.bump(['Product:2']);
    expect(await redis.zscore(`${namespace}cache:tags`, 'Product:1')).toBeNull();
    expect(await startView(store).view.verify(old, old.tags)).toBeNull();
  });

  test('that missed more than can be told gives up what it has', async () => {
    const store = createTagStore({ redis, namespace: testNamespace('tags'), tellAtMost: 2 });
    const [a, b] = [startView(store), startView(store)];
    await a.catchUp();
    await b.catchUp();
    const theirs = entry(b.view, 'Product:0');
    await a.view.bump(['Product:1', 'Product:2', 'Product:3']);
    await b.catchUp();
    expect(b.view.holds(theirs)).toBe(false);
  });
});

/** A generator of numbers that gives the same ones for the same seed (mulberry32). */
const randomOf = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
};

type Kept = Tagged & { version: number };

/**
 * Three gateways over one Redis and one store of records, doing in any order what they can do: read through memory and
 * shared cache, be in the middle of a fetch, change a record, be cut off, see Redis lose all or the last of its memory.
 */
const interleave = async (seed: number): Promise<void> => {
  const random = randomOf(seed);
  const pick = <Item>(items: readonly Item[]): Item => {
    const item = items[Math.floor(random() * items.length)];
    if (item === undefined) throw new Error('There is nothing to pick from.');
    return item;
  };
  const { store, key } = setUp();
  const records = ['A', 'B'];
  const versions = new Map(records.map((record) => [record, 0]));
  const shared = new Map<string, Kept>();
  let now = 0;
  let saved: Buffer | null = null;
  /** Invalidations that Redis took: their lease runs. */
  let announced: { record: string; version: number; at: number }[] = [];
  const story: string[] = [];
  const gateways = ['a', 'b', 'c'].map((name) => ({
    name,
    ...startView(store),
    memory: new Map<string, Kept>(),
    fetches: [] as { record: string; version: number; stamp: ReturnType<TagView['stamp']> }[],
    /** The version that this gateway has acknowledged. */
    promised: new Map<string, number>(),
  }));
  type Gateway = (typeof gateways)[number];

  const acknowledge = (gateway: Gateway): void => {
    for (const { record, version } of announced) {
      gateway.promised.set(record, Math.max(version, gateway.promised.get(record) ?? 0));
    }
  };
  const catchUp = async (gateway: Gateway): Promise<void> => {
    if (gateway.state.cut) return;
    await gateway.catchUp();
    acknowledge(gateway);
  };
  const versionOf = (record: string): number => versions.get(record) ?? 0;
  const least = (gateway: Gateway, record: string): number =>
    Math.max(
      gateway.promised.get(record) ?? 0,
      ...announced.filter((one) => one.record === record && now - one.at >= 1_000).map(({ version }) => version),
    );

  const actions: Record<string, (gateway: Gateway, record: string) => Promise<void>> = {
    read: async (gateway, record) => {
      const mine = gateway.memory.get(record);
      if (mine !== undefined && gateway.view.holds(mine)) {
        expect({ seed, story, from: 'memory', atLeast: mine.version >= least(gateway, record) }).toMatchObject({
          atLeast: true,
        });
        return;
      }
      const theirs = shared.get(record);
      if (theirs === undefined) return;
      const wanted = least(gateway, record);
      const good = await gateway.view.verify(theirs, theirs.tags).catch(() => null);
      if (good === null) return;
      expect({ seed, story, from: 'shared', atLeast: theirs.version >= wanted }).toMatchObject({ atLeast: true });
      gateway.memory.set(record, { ...theirs, ...good, checked: 0 });
    },
    beginFetch: async (gateway, record) => {
      const stamp = gateway.view.stamp();
      gateway.fetches.push({ record, stamp, version: -1 });
    },
    // Between its beginning and its end a fetch reads the record at some moment.
    readRecord: async (gateway) => {
      for (const fetch of gateway.fetches) if (fetch.version < 0) fetch.version = versionOf(fetch.record);
    },
    endFetch: async (gateway) => {
      const fetch = gateway.fetches.shift();
      if (fetch === undefined || fetch.stamp === null) return;
      const version = fetch.version < 0 ? versionOf(fetch.record) : fetch.version;
      const kept: Kept = { ...fetch.stamp, tags: [fetch.record], checked: 0, version };
      gateway.memory.set(fetch.record, kept);
      shared.set(fetch.record, { ...kept });
    },
    change: async (gateway, record) => {
      versions.set(record, versionOf(record) + 1);
      const version = versionOf(record);
      await gateway.view.bump([record]);
      if (gateway.state.cut) return;
      announced.push({ record, version, at: now });
      gateway.promised.set(record, version);
    },
    catchUp,
    cut: async (gateway) => {
      gateway.state.cut = !gateway.state.cut;
      if (!gateway.state.cut) {
        // What it owes is paid, and only then announced.
        gateway.view.wake();
        await eventually(() => expect(gateway.view.stamp()).not.toBeNull(), { everyMs: 1 });
      }
    },
    wait: async () => {
      now += pick([100, 500, 1_000]);
      for (const { state } of gateways) state.now = now;
    },
    save: async () => {
      saved = await redis.dumpBuffer(key);
    },
    goBack: async () => {
      if (saved === null) return;
      await redis.restore(key, 0, saved, 'REPLACE');
      // Only who has seen a lost bump can know of it; what the others promised before stays promised.
      announced = [];
    },
    lose: async () => {
      await redis.del(key);
    },
  };
  const weights = [
    'read',
    'read',
    'read',
    'read',
    'beginFetch',
    'beginFetch',
    'readRecord',
    'endFetch',
    'endFetch',
    'change',
    'change',
    'catchUp',
    'catchUp',
    'wait',
    'cut',
    'save',
    'goBack',
    'lose',
  ];

  for (let step = 0; step < 80; step++) {
    const gateway = pick(gateways);
    const record = pick(records);
    const name = pick(weights);
    story.push(`${gateway.name} ${name} ${record}`);
    await actions[name]?.(gateway, record);
  }
  await Promise.all(gateways.map(({ view }) => view.stop()));
};

describe('after a gateway has acknowledged an invalidation it never serves older data', () => {
  test.each(Array.from({ length: 20 }, (_, index) => index * 1_000))(
    'whatever happens in what order, from %i',
    async (first) => {
      for (let seed = first; seed < first + 15; seed++) await interleave(seed);
    },
  );
});
