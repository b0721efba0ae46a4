import { describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { createRequestLimit } from './createRequestLimit.ts';

describe('while Redis is away', () => {
  const limitAt = (clock: { now: number }) => {
    const redis = new Redis({ lazyConnect: true, enableOfflineQueue: false, retryStrategy: () => null });
    redis.on('error', () => undefined);
    return createRequestLimit({ redis, prefix: '', now: () => clock.now });
  };
  const counted = [
    { name: 'a', perMinute: 2 },
    { name: 'b', perMinute: 3 },
  ];

  test('a process counts for itself, and begins anew each minute', async () => {
    const clock = { now: 0 };
    const limit = limitAt(clock);
    expect(await limit(counted)).toBe(0);
    expect(await limit(counted)).toBe(0);
    clock.now = 20_000;
    expect(await limit(counted)).toBe(40);
    clock.now = 60_000;
    expect(await limit(counted)).toBe(0);
  });

  test('each name has its own count', async () => {
    const limit = limitAt({ now: 0 });
    for (let nth = 0; nth < 3; nth += 1) expect(await limit([{ name: 'b', perMinute: 3 }])).toBe(0);
    expect(await limit(counted)).toBeGreaterThan(0);
    expect(await limit([{ name: 'a', perMinute: 2 }])).toBe(0);
  });
});
