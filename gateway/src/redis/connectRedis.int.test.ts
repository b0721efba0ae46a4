import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLifecycle, createLogger } from '@supergraph/service-kit';
import { eventually, startTestRedis, type TestServer } from '@supergraph/testing';
import { connectRedis } from './connectRedis.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestRedis();
});
afterAll(() => server.remove());

test('while Redis is away commands fail at once, and when it is back they work again; both are said once', async () => {
  const messages: string[] = [];
  const log = createLogger({
    service: 'test',
    to: { write: (line: string) => void messages.push((JSON.parse(line) as { msg: string }).msg) },
  });
  const lifecycle = createLifecycle({ log });
  const redis = connectRedis({ url: server.url, name: 'test', log, lifecycle });
  try {
    await eventually(() => redis.set('a', '1'));
    await server.kill();
    await eventually(() => expect(messages).toEqual(['Redis is away']));
    await expect(redis.get('a')).rejects.toThrow();
    await server.start();
    await eventually(() => redis.set('b', '2'));
    expect(await redis.get('b')).toBe('2');
    expect(messages).toEqual(['Redis is away', 'Redis is back']);
  } finally {
    await lifecycle.close();
  }
});
