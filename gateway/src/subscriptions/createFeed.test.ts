import { describe, expect, test } from '@jest/globals';
import { createBudget, type Budget } from './createBudget.ts';
import { createFeed, type Feed, type FeedPlan, type FeedStart } from './createFeed.ts';
import type { UpstreamResult, UpstreamSink } from './createUpstream.ts';
import { createFeedEvent, type Rendered } from './feedEvent.ts';

/** What a subgraph sends: an event with its place, or one of a snapshot or of a subgraph without places. */
const event = (n: number, cursor: string | null = `c${n}`): UpstreamResult => ({
  answer: { data: { n } },
  cursor,
  live: false,
  snapshot: false,
});
const ofSnapshot = (n: number): UpstreamResult => ({ ...event(n, null), snapshot: true });
const place = (cursor: string): UpstreamResult => ({ answer: {}, cursor, live: true, snapshot: false });

type Connection = { from: FeedStart; sink: UpstreamSink; left: boolean };

/** A plan that renders when it is told to, and writes its name into what it renders. */
const createPlan = (name: string) => {
  const connections: Connection[] = [];
  const renderings: { results: readonly UpstreamResult[]; finish: () => void }[] = [];
  const plan: FeedPlan = {
    connect: (from, sink) => {
      const connection = { from, sink, left: false };
      connections.push(connection);
      return () => void (connection.left = true);
    },
    render: (results) =>
      new Promise<readonly Rendered[]>((resolve) => {
        const finish = () =>
          resolve(results.map(({ answer }) => ({ dataText: `"${name} ${String(answer.data?.['n'])}"` })));
        renderings.push({ results, finish });
      }),
  };
  const last = <Item>(items: readonly Item[]): Item => {
    const item = items.at(-1);
    if (item === undefined) throw new Error(`${name} was not asked.`);
    return item;
  };
  return {
    plan,
    connections,
    connection: () => last(connections),
    send: (...results: UpstreamResult[]) => {
      for (const result of results) last(connections).sink.next(result);
    },
    /** Finishes what is rendered now, and whatever comes of that. */
    finish: async () => {
      last(renderings).finish();
      await new Promise(setImmediate);
    },
    rendered: () => renderings.map(({ results }) => results.map(({ answer }) => answer.data?.['n'])),
  };
};

/** What an event of these tests takes of memory. */
const sizeOfOne = createFeedEvent({ dataText: '"a 1"' }, { cursor: 'c1' }).bytes;

type Settings = Readonly<{ from?: FeedStart; queueCapacity?: number; remember?: number; memory?: Budget }>;

const start = (plan: FeedPlan, settings: Settings = {}) => {
  const { from = { cursor: null, snapshot: false }, queueCapacity = 100, remember = 10 } = settings;
  const { memory = createBudget(1_000_000) } = settings;
  const feed = createFeed({
    plan,
    start: from,
    remember,
    memory,
    queueCapacity,
    resumeForMs: 1_000,
    backOff: () => 0,
    now: Date.now,
    onProgress: () => undefined,
    onEnd: () => undefined,
  });
  const told: unknown[] = [];
  feed.attach(
    {
      next: ({ payload, place: isPlace }) => {
        const text = payload().toString();
        if (!isPlace) told.push((JSON.parse(text.slice(0, -1)) as { data: unknown }).data);
      },
      end: (errors) => told.push(errors?.map(({ extensions }) => [extensions?.['code'], extensions?.['cursor']])),
    },
    from.cursor,
  );
  return { feed, told };
};

describe('events that wait when the plan is replaced', () => {
  test('are rendered by the new plan where the subgraph is asked for the same', async () => {
    const [old, next] = [createPlan('old'), createPlan('new')];
    const { feed, told } = start(old.plan);
    old.send(event(1), event(2), event(3));
    feed.replan(next.plan, false);
    old.send(event(4));
    await old.finish();
    await next.finish();
    expect(told).toEqual(['old 1', 'new 2', 'new 3', 'new 4']);
    expect([old.connections.length, next.connections.length]).toEqual([1, 0]);
  });

  test('are asked for again where the subgraph is asked for something else, each of them once', async () => {
    const [old, next] = [createPlan('old'), createPlan('new')];
    const { feed, told } = start(old.plan);
    old.send(event(1), event(2), event(3));
    feed.replan(next.plan, true);
    expect(old.connection().left).toBe(true);
    expect(next.connection().from).toEqual({ cursor: 'c1', snapshot: false });
    // Of the one before, nothing is taken any more.
    old.send(event(4));
    next.send(event(2), event(3), event(4), place('c4'));
    await old.finish();
    await next.finish();
    expect(told).toEqual(['old 1', 'new 2', 'new 3', 'new 4']);
    expect([old.rendered(), next.rendered().flat()]).toEqual([[[1]], [2, 3, 4, undefined]]);
  });

  test('and nothing is rendered yet: it begins where it began', () => {
    const [old, next] = [createPlan('old'), createPlan('new')];
    const from = { cursor: 'c7', snapshot: false };
    start(old.plan, { from }).feed.replan(next.plan, true);
    expect(next.connection().from).toEqual(from);
  });

  test.each([
    ['is not resumed', false, 'SUBSCRIPTION_NOT_RESUMABLE'],
    ['from a snapshot is asked for again', true, 'SUBGRAPH_UNAVAILABLE'],
  ])('may be some that nobody has seen: a subscription without a place %s, and told so', (_, snapshot, code) => {
    const [old, next] = [createPlan('old'), createPlan('new')];
    const { feed, told } = start(old.plan, { from: { cursor: null, snapshot } });
    feed.replan(next.plan, true);
    expect(told).toEqual([[[code, undefined]]]);
    expect([old.connection().left, next.connections]).toEqual([true, []]);
  });

  test('of a subgraph without places are the last, and the client is told to look for itself', async () => {
    const [old, next] = [createPlan('old'), createPlan('new')];
    const { feed, told } = start(old.plan);
    old.send(event(1, null), event(2, null));
    feed.replan(next.plan, true);
    await old.finish();
    await old.finish();
    expect(told).toEqual(['old 1', 'old 2', [['SUBSCRIPTION_NOT_RESUMABLE', undefined]]]);
    expect(next.connections).toEqual([]);
  });

  test('in the middle of a snapshot are the last, and it is asked for again: half of one has no place', async () => {
    const [old, next] = [createPlan('old'), createPlan('new')];
    const { feed, told } = start(old.plan, { from: { cursor: null, snapshot: true } });
    old.send(ofSnapshot(1), ofSnapshot(2));
    feed.replan(next.plan, true);
    await old.finish();
    await old.finish();
    expect(told).toEqual(['old 1', 'old 2', [['SUBGRAPH_UNAVAILABLE', undefined]]]);
  });

  test('because they were too many leave no second subscription behind', async () => {
    const [old, next] = [createPlan('old'), createPlan('new')];
    const { feed, told } = start(old.plan, { queueCapacity: 2 });
    old.send(event(1), event(2), event(3));
    expect(old.connection().left).toBe(true);
    feed.replan(next.plan, true);
    await old.finish();
    next.send(event(2), event(3));
    await next.finish();
    await next.finish();
    expect(told).toEqual(['old 1', 'new 2', 'new 3']);
    expect(next.connections.map(({ from, left }) => [from.cursor, left])).toEqual([['c1', false]]);
  });
});

test('what is remembered from before the plan was replaced is given to nobody who comes later', async () => {
  const [old, next] = [createPlan('old'), createPlan('new')];
  const { feed } = start(old.plan, { from: { cursor: 'c0', snapshot: false } });
  old.send(event(1), event(2));
  await old.finish();
  await old.finish();
  const late: unknown[] = [];
  const listener = { next: () => late.push('event'), end: () => undefined };
  expect([feed.attach(listener, 'c0'), late.length]).toEqual([true, 2]);
  feed.detach(listener);
  feed.replan(next.plan, false);
  expect(['c0', 'c1', 'c2'].map((cursor) => feed.attach(listener, cursor))).toEqual([false, false, true]);
  expect(late.length).toBe(2);
});

describe('what feeds remember', () => {
  const listener = { next: () => undefined, end: () => undefined };
  const remembers = (feed: Feed, cursor: string): boolean => {
    const attached = feed.attach(listener, cursor);
    feed.detach(listener);
    return attached;
  };
  /** A feed with events 1 to 3, whose listener stays. */
  const startFull = async (name: string, memory: Budget) => {
    const { plan, send, finish } = createPlan(name);
    const { feed } = start(plan, { from: { cursor: 'c0', snapshot: false }, memory });
    for (const n of [1, 2, 3]) {
      send(event(n));
      await finish();
    }
    return { feed, send, finish };
  };

  test('has one limit: the oldest event of all is forgotten first, whoever has it, and nothing is forgotten in between', async () => {
    const memory = createBudget(5 * sizeOfOne);
    const one = await startFull('a', memory);
    const two = await startFull('b', memory);
    expect(['c0', 'c1', 'c2', 'c3'].map((cursor) => remembers(one.feed, cursor))).toEqual([false, false, true, true]);
    expect(['c0', 'c1', 'c2', 'c3'].map((cursor) => remembers(two.feed, cursor))).toEqual([true, true, true, true]);
    one.send(event(4));
    await one.finish();
    expect(['c1', 'c2', 'c3', 'c4'].map((cursor) => remembers(one.feed, cursor))).toEqual([false, false, true, true]);
    expect(remembers(two.feed, 'c0')).toBe(true);
  });

  test('is given back when a feed ends or its plan is replaced', async () => {
    const memory = createBudget(1_000_000);
    const one = await startFull('a', memory);
    const two = await startFull('b', memory);
    expect(memory.bytes()).toBe(6 * sizeOfOne);
    one.feed.replan(createPlan('c').plan, false);
    expect(memory.bytes()).toBe(3 * sizeOfOne);
    two.feed.end(null);
    expect(memory.bytes()).toBe(0);
  });
});
