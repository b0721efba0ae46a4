import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createLifecycle, createLogger, type Lifecycle } from '@supergraph/service-kit';
import { eventually, startTestRedis, testNamespace, type TestServer } from '@supergraph/testing';
import { connectRedis } from '../redis/connectRedis.ts';
import { createLimiter, type Accepted, type Limiter, type LimiterEvent } from './createLimiter.ts';
import { createRedisLedger } from './createRedisLedger.ts';
import { readLimits } from './limits.ts';

const log = createLogger({ service: 'test', level: 'silent' });
const namespace = testNamespace('limits');
let server: TestServer;
let gateways: { limiter: Limiter; lifecycle: Lifecycle }[] = [];

beforeAll(async () => {
  server = await startTestRedis();
});
afterEach(async () => {
  for (const { limiter, lifecycle } of gateways) {
    await limiter.close();
    await lifecycle.close();
  }
  gateways = [];
  await server.start();
});
afterAll(() => server.remove());

/** A limiter with a connection of its own, as a gateway has it. */
const startGateway = async ({ replicas = 2, askAgainMs = 1_000 } = {}): Promise<{
  limiter: Limiter;
  events: LimiterEvent[];
  isConnected: () => boolean;
}> => {
  const lifecycle = createLifecycle({ log });
  // How long an answer is waited for is not what is tested: a machine that stands still for a while is no outage.
  const [patienceMs, commandTimeoutMs] = [30_000, 60_000];
  const redis = connectRedis({ url: server.url, name: 'limits', log, lifecycle, commandTimeoutMs });
  await eventually(() => redis.ping());
  const events: LimiterEvent[] = [];
  const limiter = createLimiter({
    ledger: createRedisLedger({ redis, namespace, log, patienceMs }),
    replicas,
    leased: 0.01,
    askAgainMs,
    observe: (event) => void events.push(event),
  });
  gateways.push({ limiter, lifecycle });
  return { limiter, events, isConnected: () => redis.status === 'ready' };
};

const subject = (account: string, limits: Parameters<typeof readLimits>[0]) => ({
  account,
  limits: readLimits(limits),
});
type Subject = ReturnType<typeof subject>;

const spend = async ({ limiter }: { limiter: Limiter }, who: Subject, points = 1): Promise<boolean> =>
  (await limiter.charge(who, points)).accepted;

/** Points of those of the requests that were accepted; all are sent at once. */
const spendAll = async (costs: readonly number[], charge: (points: number, nth: number) => Promise<boolean>) => {
  const outcomes = await Promise.all(costs.map(async (points, nth) => ((await charge(points, nth)) ? points : 0)));
  return outcomes.reduce((sum, points) => sum + points, 0);
};

const mixedCosts = (count: number): number[] => Array.from({ length: count }, (_, nth) => 1 + ((nth * 7) % 13));

describe('two gateways over one Redis', () => {
  test('accept the quota within one percent, however many requests of whatever cost arrive at once', async () => {
    const [one, two] = [await startGateway(), await startGateway()];
    const who = subject('crowd', { day: 5_000 });
    const total = await spendAll(mixedCosts(10_000), (points, nth) => spend(nth % 2 === 0 ? one : two, who, points));
    expect(total).toBeLessThanOrEqual(5_000);
    expect(total).toBeGreaterThanOrEqual(4_950);
  });

  test('do the same when requests come one after another and most are paid from leases', async () => {
    const [one, two] = [await startGateway(), await startGateway()];
    const who = subject('steady', { day: 5_000 });
    let total = 0;
    for (let nth = 0; nth < 6_000; nth += 1) if (await spend(nth % 3 === 0 ? one : two, who)) total += 1;
    expect(total).toBeLessThanOrEqual(5_000);
    expect(total).toBeGreaterThanOrEqual(4_950);
    expect(one.events.filter((event) => event === 'leased').length).toBeGreaterThan(1_400);
  });

  test('know of each other what is spent in every window', async () => {
    const [one, two] = [await startGateway(), await startGateway()];
    const who = subject('windows', { hour: 10, day: 20 });
    for (let nth = 0; nth < 10; nth += 1) expect(await spend(one, who)).toBe(true);
    expect(await spend(two, who)).toBe(false);
    expect(two.limiter.standing(who)).toMatchObject([
      { name: 'hour', remaining: 0 },
      { name: 'day', remaining: 10 },
    ]);
  });

  test('what one leased and did not use, the other can spend', async () => {
    const [one, two] = [await startGateway({ replicas: 1 }), await startGateway({ replicas: 1 })];
    const who = subject('idle', { day: 1_000 });
    // It asked for twenty.
    for (let nth = 0; nth < 15; nth += 1) await spend(one, who);
    let spent = 0;
    await eventually(async () => {
      while (await spend(two, who)) spent += 1;
      expect(spent).toBe(985);
    });
    expect(two.events.filter((event) => event === 'leased' || event === 'ledger')).toHaveLength(985);
  });

  test('over-estimates come back without anybody waiting, to the gateway that was refused too', async () => {
    const [one, two] = [await startGateway({ askAgainMs: 50 }), await startGateway({ askAgainMs: 50 })];
    const who = subject('refunds', { day: 100 });
    const charge = await one.limiter.charge(who, 100);
    expect(await spend(two, who)).toBe(false);
    expect(two.limiter.refusal(who)).toBeDefined();
    (charge as Accepted).settle(40);
    await eventually(async () => expect(await spend(two, who)).toBe(true));
    let rest = 0;
    await eventually(
      async () => {
        if ((await spend(one, who)) || (await spend(two, who))) rest += 1;
        expect(rest).toBe(59);
      },
      { everyMs: 5 },
    );
    expect(await spend(one, who)).toBe(false);
  });
});

describe('a refused principal', () => {
  test('is refused without asking Redis, until it is time to ask again', async () => {
    const gateway = await startGateway();
    const who = subject('remembered', { day: 5 });
    await spendAll([1, 1, 1, 1, 1, 1], (points) => spend(gateway, who, points));
    expect(gateway.limiter.refusal(who)?.retryAfterSeconds).toBeGreaterThan(0);
    // What Redis is asked for comes as a promise.
    expect(gateway.limiter.charge(who, 1)).toMatchObject({ accepted: false });
    expect(gateway.events.slice(-2)).toEqual(['refused early', 'refused']);
  });
});

describe('while Redis is away', () => {
  test('each gateway has its share of what was left, and afterwards all of it is counted', async () => {
    const [one, two] = [await startGateway(), await startGateway()];
    const who = subject('outage', { day: 1_000 });
    for (let nth = 0; nth < 200; nth += 1) await spend(one, who);
    await spend(two, who);
    await server.kill();
    await eventually(() => expect([one, two].map((gateway) => gateway.isConnected())).toEqual([false, false]));

    const during = [one, two].map(({ events }) => {
      events.length = 0;
      return events;
    });
    const ofOne = await spendAll(Array<number>(1_000).fill(1), (points) => spend(one, who, points));
    expect(ofOne).toBeGreaterThanOrEqual(390);
    expect(ofOne).toBeLessThanOrEqual(410);
    expect(during[0]).toContain('local');
    expect(one.limiter.refusal(who)).toBeDefined();

    // Redis comes back without its memory: what gateways know is what counts.
    await server.start();
    await eventually(() => expect(one.limiter.refusal(who)).toBeUndefined());
    let after = 0;
    for (const gateway of [one, two]) {
      await eventually(async () => {
        while (await spend(gateway, who)) after += 1;
        expect(gateway.events.at(-1)).toBe('refused');
      });
    }
    expect(201 + ofOne + after).toBeLessThanOrEqual(1_010);
    expect(201 + ofOne + after).toBeGreaterThanOrEqual(990);
  });

  test('nobody is made to wait for it, neither when it is down nor when it hangs', async () => {
    const gateway = await startGateway();
    const who = subject('hanging', { day: 100_000 });
    await spend(gateway, who);
    await server.kill();
    for (let nth = 0; nth < 2_000; nth += 1) expect(await spend(gateway, who)).toBe(true);
    expect(gateway.events.slice(-1_000)).toEqual(Array(1_000).fill('local'));
    await server.start();
    await eventually(async () => {
      await spend(gateway, who, 3_000);
      expect(gateway.events.at(-1)).toBe('ledger');
    });
  });
});
