import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { testBackingServices, testNamespace } from '@supergraph/testing';
import { Redis } from 'ioredis';
import { createRequestLimit } from './createRequestLimit.ts';

let redis: Redis;
beforeAll(() => {
  redis = new Redis(testBackingServices().redisUrl);
});
afterAll(() => redis.disconnect());

test('processes count together, exactly, also at the same moment, and say how long to wait', async () => {
  const prefix = testNamespace('request limit');
  const limits = [1, 2].map(() => createRequestLimit({ redis, prefix }));
  const counted = [
    { name: 'program', perMinute: 10 },
    { name: 'address', perMinute: 100 },
  ];
  const waits = await Promise.all(limits.flatMap((limit) => Array.from({ length: 8 }, () => limit(counted))));
  expect(waits.filter((wait) => wait === 0)).toHaveLength(10);
  for (const wait of waits.filter((each) => each > 0)) expect(wait).toBeLessThanOrEqual(60);
});
