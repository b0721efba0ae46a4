import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { eventually, spawnService, startTestRedis, type SpawnedService, type TestServer } from '@supergraph/testing';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { Agent, request } from 'undici';
import { z } from 'zod';
import type { FakeSubgraph } from '../../test/fakeSubgraph.ts';
import { startLibrary } from '../../test/library.ts';
import { composed } from '../../test/startTestGateway.ts';

const folder = mkdtempSync(join(tmpdir(), 'limits-'));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
let library: Record<string, FakeSubgraph>;
let supergraph: string;
let redis: TestServer;
let gateways: readonly SpawnedService[] = [];
const dispatcher = new Agent({ connections: 100 });

beforeAll(async () => {
  library = await startLibrary();
  supergraph = file('supergraph.graphql', composed(library));
});
beforeEach(async () => {
  redis = await startTestRedis();
});
afterEach(async () => {
  for (const gateway of gateways) await gateway.stop();
  gateways = [];
  await redis.remove();
});
afterAll(async () => {
  await dispatcher.destroy();
  for (const subgraph of Object.values(library)) await subgraph.close();
});

const startTwo = async (quota: number): Promise<void> => {
  const config = file(
    'gateway.yaml',
    `rateLimit: { default: { day: ${quota} }, replicas: 2 }\ncost: { listSize: 3 }\n`,
  );
  const args = ['--supergraph', supergraph, '--config', config];
  const env = { REDIS_URL: redis.url, LOG_LEVEL: 'warn' };
  gateways = await Promise.all([spawnService('gateway', env, args), spawnService('gateway', env, args)]);
};

const books = (count: number): string =>
  `{ ${Array.from({ length: count }, (_, nth) => `a${nth}: books { author { id } }`).join(' ')} }`;
/** Of one, two and three points, which is what they really cost: there are three books. */
const queries = [books(1), books(20), books(40)];
const costAnswer = z.object({ extensions: z.object({ cost: z.object({ points: z.int() }) }) });

type Flood = { statuses: Record<number, number>; points: number };

/** Sends requests of mixed cost to both gateways, all at once; tells which status came how often, and points accepted. */
const flood = async (count: number): Promise<Flood> => {
  const outcome: Flood = { statuses: {}, points: 0 };
  await Promise.all(
    Array.from({ length: count }, async (_, nth) => {
      const answer = await request(`${gateways[nth % 2]?.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-cost': 'true' },
        body: JSON.stringify({ query: queries[nth % 3] }),
        dispatcher,
      });
      const body: unknown = await answer.body.json();
      outcome.statuses[answer.statusCode] = (outcome.statuses[answer.statusCode] ?? 0) + 1;
      if (answer.statusCode === 200) outcome.points += costAnswer.parse(body).extensions.cost.points;
    }),
  );
  return outcome;
};

/** Nothing but answers and refusals. */
const onlyExpected = ({ statuses }: Flood, count: number): void => {
  expect((statuses[200] ?? 0) + (statuses[429] ?? 0)).toBe(count);
};

test('two gateway processes over one Redis accept the quota within one percent of 10,000 requests at once', async () => {
  await startTwo(3_000);
  const outcome = await flood(10_000);
  onlyExpected(outcome, 10_000);
  expect(outcome.points).toBeLessThanOrEqual(3_000);
  expect(outcome.points).toBeGreaterThanOrEqual(2_970);
  for (const gateway of gateways) expect(gateway.output()).not.toContain('Redis does not do its part');
}, 300_000);

test('Redis is killed in the middle: service goes on within the share of each gateway, and what was spent counts afterwards', async () => {
  await startTwo(4_000);
  const before = await flood(400);
  expect(before.statuses).toEqual({ 200: 400 });

  const flooding = flood(600);
  await redis.kill();
  const during = await flooding;
  onlyExpected(during, 600);
  const away = await flood(3_000);
  onlyExpected(away, 3_000);
  expect(away.points).toBeGreaterThan(0);
  // Shares are of what each gateway last knew to be left, so only what was under way then can come on top.
  expect(before.points + away.points).toBeLessThanOrEqual(4_000);

  await redis.start();
  const client = new Redis(redis.url);
  const later = { points: 0 };
  try {
    await eventually(async () => {
      const outcome = await flood(200);
      onlyExpected(outcome, 200);
      later.points += outcome.points;
      expect(outcome.statuses).toEqual({ 429: 200 });
      expect(Number(await client.hget('limit:{address:127.0.0.1}', 'u86400'))).toBeGreaterThanOrEqual(3_960);
    });
  } finally {
    client.disconnect();
  }
  expect(before.points + away.points + later.points).toBeLessThanOrEqual(4_040);
}, 300_000);
