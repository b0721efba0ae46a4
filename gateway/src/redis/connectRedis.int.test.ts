import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLifecycle, createLogger } from '@supergraph/service-kit';
import {
  eventually,
  startCutter,
  startTestRedis,
  testBackingServices,
  testNamespace,
  type TestServer,
} from '@supergraph/testing';
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

// A promise that nobody caught would fail it, as it ends a gateway.
test('a connection that breaks while it subscribes again ends no process, and hears again when one holds', async () => {
  const cutter = await startCutter(testBackingServices().redisUrl);
  const log = createLogger({ service: 'test', to: { write: () => undefined } });
  const lifecycle = createLifecycle({ log });
  const publisher = connectRedis({ url: testBackingServices().redisUrl, name: 'publisher', log, lifecycle });
  const subscriber = connectRedis({ url: cutter.url, name: 'listener', log, lifecycle });
  const channel = testNamespace('cut');
  let heard = 0;
  let refused = 0;
  subscriber.on('ready', () => {
    subscriber.subscribe(channel).catch(() => {
      refused += 1;
    });
  });
  subscriber.on('message', () => {
    heard += 1;
  });
  const hears = (times: number) =>
    eventually(async () => {
      await publisher.publish(channel, 'hear');
      expect(heard).toBeGreaterThanOrEqual(times);
    });
  try {
    await hears(1);
    cutter.cutAt('subscribe');
    cutter.cut();
    await eventually(() => expect(refused).toBeGreaterThan(2));
    cutter.cutAt(null);
    await hears(heard + 1);
  } finally {
    await lifecycle.close();
    await cutter.close();
  }
});
