import { describe, expect, test } from '@jest/globals';
import { fastify } from 'fastify';
import { addHealth } from './addHealth.ts';
import { createLifecycle } from './createLifecycle.ts';
import { createLogger } from './createLogger.ts';
import { boundedLabel, createMetrics } from './createMetrics.ts';
import { createOps } from './createOps.ts';

const log = createLogger({ service: 'test', level: 'silent' });

describe('the ops server', () => {
  test('serves metrics and health, says when it is closing, and is closed with the service', async () => {
    const lifecycle = createLifecycle({ log });
    const metrics = createMetrics('users');
    metrics.gauge('relay_lag', 'Events not yet published.').set(7);
    const { url } = await createOps({
      port: 0,
      metrics,
      checks: { database: () => Promise.resolve() },
      lifecycle,
      log,
    });

    const scraped = await fetch(`${url}/metrics`);
    expect(scraped.headers.get('content-type')).toContain('text/plain');
    const text = await scraped.text();
    expect(text).toContain('relay_lag{service="users"} 7');
    expect(text).toContain('process_cpu_seconds_total');
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);

    let status: number | undefined;
    lifecycle.onClose('a look from outside', async () => {
      status = (await fetch(`${url}/health/ready`)).status;
    });
    await lifecycle.close();
    expect(status).toBe(503);
    await expect(fetch(`${url}/health/live`)).rejects.toThrow();
  });

  test('is not ready while a check fails, and alive all the same', async () => {
    const lifecycle = createLifecycle({ log });
    const checks = {
      redis: () => Promise.resolve(),
      kafka: () => Promise.reject(new Error('no')),
      database: () => Promise.reject(new Error('no')),
    };
    const { url } = await createOps({ port: 0, metrics: createMetrics('users'), checks, lifecycle });
    const ready = await fetch(`${url}/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([
      503,
      { status: 'unavailable', checks: { redis: 'ok', kafka: 'failed', database: 'failed' } },
    ]);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    await lifecycle.close();
  });
});

test('a check that does not answer in time has failed', async () => {
  const app = fastify();
  addHealth(app, { checks: { database: () => new Promise(() => undefined) }, timeoutSeconds: 0.01 });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const answer = await fetch(`${url}/health/ready`);
  expect([answer.status, await answer.json()]).toEqual([
    503,
    { status: 'unavailable', checks: { database: 'failed' } },
  ]);
  await app.close();
});

describe('metrics', () => {
  test('of two services in one process are apart', async () => {
    const users = createMetrics('users');
    const orders = createMetrics('orders');
    users.observeOperation({ operation: 'Me', outcome: 'ok', seconds: 0.01 });
    expect(await users.registry.metrics()).toContain(
      'graphql_operations_total{operation="Me",outcome="ok",service="users"} 1',
    );
    expect(await orders.registry.metrics()).not.toContain('"Me"');
  });

  test('keep a bounded number of names, however many a client invents', () => {
    const label = boundedLabel(2);
    expect(['a', 'b', 'c', 'a', 'd'].map(label)).toEqual(['a', 'b', 'other', 'a', 'other']);
  });

  test('of an event of a stream count it and do not time it', async () => {
    const metrics = createMetrics('orders');
    metrics.observeOperation({ operation: null, outcome: 'ok', seconds: null });
    const text = await metrics.registry.metrics();
    expect(text).toContain('graphql_operations_total{operation="anonymous",outcome="ok",service="orders"} 1');
    expect(text).not.toContain('graphql_operation_seconds_count{');
  });
});
