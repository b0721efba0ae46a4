import { expect, test } from '@jest/globals';
import { addLatencyHeaders } from './latencyHeaders.ts';
import { createUpstreamClock, startWaiting, stopWaiting } from './upstreamClock.ts';

test('two subgraphs that are asked at the same time are waited for once', () => {
  const clock = createUpstreamClock();
  startWaiting(clock);
  const { since } = clock;
  startWaiting(clock);
  expect(clock.since).toBe(since);
  stopWaiting(clock);
  expect(clock.waitedMs).toBe(0);
  clock.since -= 7;
  stopWaiting(clock);
  expect(clock.waitedMs).toBeGreaterThanOrEqual(7);
});

test('the headers divide the time between the gateway and subgraphs', () => {
  const headers: string[] = [];
  addLatencyHeaders(headers, 12.34, { asked: 0, since: 0, waitedMs: 10.04 });
  expect(headers).toEqual([
    ...['x-gateway-latency', '2.3', 'x-upstream-latency', '10'],
    ...['server-timing', 'gateway;dur=2.3, upstream;dur=10'],
  ]);
});
