import { expect, test } from '@jest/globals';
import type { Registry } from 'prom-client';
import { createMetrics } from './createMetrics.ts';

test('a distribution is exposed as a histogram is', async () => {
  const buckets = [0.1, 0.5, 1];
  const [ours, theirs] = [createMetrics('orders'), createMetrics('orders')];
  const observe = ours.distribution('wait_seconds', 'How long.', buckets, 'place');
  const histogram = theirs.histogram('wait_seconds', 'How long.', buckets, ['place']);
  for (const [place, seconds] of [
    ['queue', 0],
    ['queue', 0.1],
    ['queue', 0.100001],
    ['queue', 7],
    ['"odd"\n', 0.5],
  ] as const) {
    observe(place, seconds);
    histogram.observe({ place }, seconds);
  }
  const exposed = async ({ registry }: Readonly<{ registry: Registry }>) => {
    const text = await registry.metrics();
    const lines = text.split('\n').filter((line) => line.includes('wait_seconds'));
    // Labels have no order.
    return lines.map((line) => line.replace(/\{(.*)\}/, (_, labels: string) => labels.split(',').toSorted().join(',')));
  };
  expect(await exposed(ours)).toEqual(await exposed(theirs));
  expect((await exposed(ours)).length).toBe(2 + 2 * 6);
});

test('what was counted is told once to each who asks, and not forgotten', async () => {
  const metrics = createMetrics('orders');
  const observe = metrics.distribution('wait_seconds', 'How long.', [1], 'place');
  observe('queue', 2);
  await metrics.registry.metrics();
  observe('queue', 3);
  const text = await metrics.registry.metrics();
  expect(text).toContain('wait_seconds_sum{place="queue",service="orders"} 5');
  expect(text).toContain('wait_seconds_count{place="queue",service="orders"} 2');
});
