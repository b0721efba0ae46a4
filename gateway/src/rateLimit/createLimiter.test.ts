import { expect, test } from '@jest/globals';
import { createLimiter, type Limiter } from './createLimiter.ts';
import { readLimits } from './limits.ts';

/** One gateway without Redis, and a clock that is set by hand. */
const alone = (limits: Parameters<typeof readLimits>[0], { replicas = 1, capacity = 100 } = {}) => {
  let time = Date.UTC(2026, 0, 1, 12, 20);
  const limiter = createLimiter({ ledger: null, replicas, leased: 0.01, capacity, clock: () => time });
  const read = readLimits(limits);
  return {
    limiter,
    subject: (account: string) => ({ account, limits: read }),
    pass: (seconds: number) => {
      time += seconds * 1_000;
    },
  };
};

type Gateway = ReturnType<typeof alone>;

/** How many requests of so many points go through before one is refused. */
const accepted = async ({ limiter, subject }: Gateway, account: string, points = 1): Promise<number> => {
  for (let count = 0; ; count += 1) {
    const charge = await limiter.charge(subject(account), points);
    if (!charge.accepted) return count;
  }
};

const refusal = ({ limiter, subject }: Gateway, account: string): ReturnType<Limiter['refusal']> =>
  limiter.refusal(subject(account));

test('points are counted, not requests', async () => {
  const gateway = alone({ minute: 100 });
  expect(await accepted(gateway, 'cheap')).toBe(100);
  expect(await accepted(gateway, 'dear', 30)).toBe(3);
  expect(await accepted(gateway, 'dear', 10)).toBe(1);
});

test('every window holds: when the minute is over the hour still counts', async () => {
  const gateway = alone({ minute: 10, hour: 25 });
  const counts = [];
  for (let minute = 0; minute < 4; minute += 1) {
    counts.push(await accepted(gateway, 'a'));
    gateway.pass(60);
  }
  expect(counts).toEqual([10, 10, 5, 0]);
  gateway.pass(3_600);
  expect(await accepted(gateway, 'a')).toBe(10);
});

test('a refusal says when there is room again, and it is true', async () => {
  const gateway = alone({ minute: 10, hour: 15 });
  await accepted(gateway, 'a');
  const first = refusal(gateway, 'a');
  expect(first?.retryAfterSeconds).toBeLessThanOrEqual(60);
  gateway.pass(first?.retryAfterSeconds ?? 0);
  expect(refusal(gateway, 'a')).toBeUndefined();
  expect(await accepted(gateway, 'a')).toBe(5);
  const second = refusal(gateway, 'a');
  expect(second?.retryAfterSeconds).toBeGreaterThan(60);
  gateway.pass((second?.retryAfterSeconds ?? 0) - 1);
  expect(refusal(gateway, 'a')).toBeDefined();
  gateway.pass(1);
  expect(await accepted(gateway, 'a')).toBe(10);
});

test('who has spent everything is refused before anything is charged; who has not is not', async () => {
  const gateway = alone({ minute: 10 });
  await gateway.limiter.charge(gateway.subject('a'), 9);
  expect(await gateway.limiter.charge(gateway.subject('a'), 2)).toMatchObject({ accepted: false });
  expect(refusal(gateway, 'a')).toBeUndefined();
  await gateway.limiter.charge(gateway.subject('a'), 1);
  expect(refusal(gateway, 'a')).toMatchObject({ accepted: false });
  expect(refusal(gateway, 'b')).toBeUndefined();
});

test('what an operation cost less than it was charged is there again', async () => {
  const gateway = alone({ minute: 10 });
  const charge = await gateway.limiter.charge(gateway.subject('a'), 10);
  if (charge.accepted) charge.settle(4);
  expect(await accepted(gateway, 'a')).toBe(6);
});

test('what is given back after the window is over does not make the next one larger', async () => {
  const gateway = alone({ minute: 10 });
  const charge = await gateway.limiter.charge(gateway.subject('a'), 10);
  gateway.pass(60);
  await gateway.limiter.charge(gateway.subject('a'), 1);
  if (charge.accepted) charge.settle(1);
  expect(await accepted(gateway, 'a')).toBe(9);
});

test('one of four gateways has a fourth of the quota while there is nothing they share', async () => {
  const gateway = alone({ minute: 100, hour: 1_000 }, { replicas: 4 });
  expect(await accepted(gateway, 'a')).toBe(25);
  expect(gateway.limiter.standing(gateway.subject('a'))).toMatchObject([
    { name: 'minute', remaining: 0 },
    { name: 'hour', remaining: 225 },
  ]);
});

test('windows of different accounts do not end all at once', async () => {
  const gateway = alone({ minute: 10 });
  const resets = Array.from(
    { length: 50 },
    (_, nth) => gateway.limiter.standing(gateway.subject(`user:${nth}`))[0]?.resetSeconds,
  );
  expect(new Set(resets).size).toBeGreaterThan(10);
});

test('a flood of addresses neither grows the memory nor makes it forget who comes all the time', async () => {
  const gateway = alone({ minute: 10 }, { capacity: 20 });
  await accepted(gateway, 'regular');
  for (let nth = 0; nth < 1_000; nth += 1) {
    await gateway.limiter.charge(gateway.subject(`address:${nth}`), 1);
    expect(refusal(gateway, 'regular')).toBeDefined();
  }
});
