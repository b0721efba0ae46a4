import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createHarness, off, type Harness } from '../../../test/upstream/createHarness.ts';
import { ask, query } from '../../../test/upstream/createHttpSend.ts';
import {
  failsWith,
  fine,
  hangs,
  reports,
  resets,
  startMisbehaving,
  type Exchange,
  type Misbehaving,
} from '../../../test/upstream/startMisbehaving.ts';
import { until } from '../../../test/startTestGateway.ts';
import { readCanaryHeader } from './send.ts';

const users = Array.from({ length: 400 }, (_, index) => `user-${index}`);

describe('a canary', () => {
  let stable: Misbehaving;
  let canary: Misbehaving;
  let harness: Harness;

  beforeEach(async () => {
    [stable, canary] = await Promise.all([startMisbehaving(), startMisbehaving()]);
    start({ weight: 50, minimumRequests: 20 });
  });
  afterEach(async () => {
    await harness.close();
    await Promise.all([stable.close(), canary.close()]);
  });

  const start = (settings: object, more: object = {}) => {
    harness = createHarness({
      ...off,
      ...more,
      subgraphs: { orders: { canary: { url: canary.url.href, ...settings } } },
    });
  };
  const restart = async (settings: object, more: object = {}) => {
    await harness.close();
    start(settings, more);
  };
  const one = (more = {}) => ask(harness.send, query(stable.url, more));
  const askAll = (names: readonly string[]) => Promise.all(names.map((user) => one({ user })));
  /** Gives the stable version a record, and then every one without a name to the canary. */
  const askStableFirst = async () => {
    harness.toss(0.9);
    for (let turn = 0; turn < 20; turn++) await one();
    harness.toss(0.1);
  };
  const outcomes = () => harness.events.flatMap((event) => (event.kind === 'canary' ? [event.outcome] : []));
  /** Whom the canary serves. */
  const served = async (names: readonly string[]) => {
    canary.requests.length = 0;
    await Promise.all(names.map((user) => one({ user, headers: { 'x-asked-for': user } })));
    return canary.requests.map(({ headers }) => String(headers['x-asked-for'])).toSorted();
  };

  test('serves about its weight of the users, and the same ones every time', async () => {
    await restart({ weight: 10 });
    const first = await served(users);
    // 40 expected; the hash is fixed, so this is a fact and no chance.
    expect(first.length).toBeGreaterThan(25);
    expect(first.length).toBeLessThan(55);
    expect(await served(users)).toEqual(first);
  });

  test('keeps the users it has when its weight grows', async () => {
    await restart({ weight: 10 });
    const few = await served(users.slice(0, 100));
    await restart({ weight: 40 });
    const many = await served(users.slice(0, 100));
    expect(many.length).toBeGreaterThan(few.length);
    expect(many).toEqual(expect.arrayContaining(few));
  });

  test.each([
    [0, 0],
    [100, 20],
  ])('with weight %i serves %i of 20', async (weight, count) => {
    await restart({ weight });
    await askAll(users.slice(0, 20));
    expect(canary.requests).toHaveLength(count);
  });

  test('serves those who are not signed in by chance', async () => {
    harness.toss(0.49);
    await one();
    harness.toss(0.5);
    await one();
    expect([canary.requests.length, stable.requests.length]).toEqual([1, 1]);
  });

  test('is chosen or avoided by the header, whatever the weight', async () => {
    await restart({ weight: 0 });
    await one({ canary: readCanaryHeader('true') });
    expect(canary.requests).toHaveLength(1);
    await restart({ weight: 100 });
    await one({ canary: readCanaryHeader('false') });
    expect(stable.requests).toHaveLength(1);
    expect([readCanaryHeader(undefined), readCanaryHeader('yes'), readCanaryHeader(['true'])]).toEqual([
      null,
      null,
      null,
    ]);
  });

  test('is stopped for good when it fails more often than the stable version', async () => {
    canary.become(failsWith(500));
    await askAll(users.slice(0, 100));
    expect(outcomes()).toEqual(['stopped']);
    expect(harness.lines.join('')).toMatch(/"reason":"errors".*a canary was stopped/);
    canary.become(fine);
    expect(await served(users.slice(0, 50))).toEqual([]);
    harness.clock.advance(24 * 3600_000);
    expect(await served(users.slice(0, 10))).toEqual([]);
  });

  test('is stopped when its schema is not the one that is served', async () => {
    canary.become(reports('GRAPHQL_VALIDATION_FAILED'));
    await askAll(users.slice(0, 100));
    expect(outcomes()).toEqual(['stopped']);
  });

  test('can still be asked by the header when it was stopped', async () => {
    canary.become(failsWith(500));
    await askAll(users.slice(0, 100));
    const before = canary.requests.length;
    expect(await one({ canary: true })).toMatchObject({ status: 500 });
    expect(canary.requests).toHaveLength(before + 1);
  });

  test('goes on while too few requests are known', async () => {
    canary.become(failsWith(500));
    await askAll(users.slice(0, 20));
    expect(outcomes()).toEqual([]);
  });

  test('is stopped when its answers do not come before the deadline', async () => {
    await askStableFirst();
    canary.become(hangs);
    for (let turn = 0; turn < 20; turn++) harness.send(query(stable.url), () => {})('late');
    expect(outcomes()).toEqual(['stopped']);
  });

  test('is not stopped by clients that go away', async () => {
    await askStableFirst();
    canary.become(hangs);
    for (let turn = 0; turn < 20; turn++) harness.send(query(stable.url), () => {})();
    expect(outcomes()).toEqual([]);
  });

  test('goes on when both fail alike', async () => {
    stable.become(failsWith(500));
    canary.become(failsWith(500));
    await askAll(users);
    expect(outcomes()).toEqual([]);
  });

  test('is not stopped by requests that were forced on it', async () => {
    canary.become(failsWith(500));
    await Promise.all(users.slice(0, 100).map((user) => one({ user, canary: false })));
    await Promise.all(users.slice(0, 100).map((user) => one({ user, canary: true })));
    expect(outcomes()).toEqual([]);
  });

  test.each([
    ['is stopped', 151, ['stopped']],
    ['goes on', 150, []],
  ])('%s when its p95 is %i ms and that of the stable version 100 ms', async (_, ms, expected) => {
    const held: Exchange[] = [];
    stable.become((exchange) => void held.push(exchange));
    canary.become((exchange) => void held.push(exchange));
    const timed = async (more: object, latency: number) => {
      const outcome = one(more);
      await until(() => held.length === 1);
      harness.clock.advance(latency);
      held.splice(0).forEach(fine);
      await outcome;
    };
    harness.toss(0.9);
    for (let turn = 0; turn < 20; turn++) await timed({}, 100);
    harness.toss(0.1);
    for (let turn = 0; turn < 20; turn++) await timed({}, ms);
    expect(outcomes()).toEqual(expected);
  });

  test('whose circuit is open is replaced by the stable version, for mutations too, since nothing was sent', async () => {
    await restart({ weight: 100, minimumRequests: 20 }, { circuitBreaker: {} });
    canary.become(resets);
    for (const user of users.slice(0, 5)) expect((await one({ user })).error).not.toBeNull();
    expect(await one({ user: 'user-9', kind: 'mutation' })).toMatchObject({ error: null, status: 200 });
    expect([canary.requests.length, stable.requests.length]).toEqual([5, 1]);
    expect(outcomes()).toEqual(['fell back']);
    // What the stable version answered meanwhile is what the canary is compared with.
    for (const user of users.slice(0, 25)) await one({ user });
    expect(outcomes()).toContain('stopped');
  });

  test('whose circuit is open says so to whom the header sent there', async () => {
    await restart({ weight: 0 }, { circuitBreaker: { consecutiveFailures: 1 } });
    canary.become(resets);
    await one({ canary: true });
    expect((await one({ canary: true })).error).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
    expect(await one()).toMatchObject({ status: 200 });
  });
});
