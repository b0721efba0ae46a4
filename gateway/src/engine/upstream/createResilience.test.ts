import { expect, test } from '@jest/globals';
import { createMetrics } from '@supergraph/service-kit';
import { createHarness } from '../../../test/upstream/createHarness.ts';
import { ask, query } from '../../../test/upstream/createHttpSend.ts';
import { failsWith, fine, inTurn, resets, startMisbehaving } from '../../../test/upstream/startMisbehaving.ts';
import { until } from '../../../test/startTestGateway.ts';
import { createResilienceMetrics } from './createResilienceMetrics.ts';

test('clients of a subgraph that flaps see no failure, and its circuit stays closed', async () => {
  const subgraph = await startMisbehaving();
  const { send, clock, events, close } = createHarness({});
  for (let turn = 0; turn < 5; turn++) {
    subgraph.become(inTurn(turn % 2 === 0 ? resets : failsWith(503), fine));
    const outcome = ask(send, query(subgraph.url));
    await clock.fireNext(2);
    expect(await outcome).toMatchObject({ error: null, status: 200 });
  }
  expect(subgraph.requests).toHaveLength(10);
  expect(events.filter(({ kind }) => kind === 'circuit')).toEqual([]);
  await close();
  await subgraph.close();
});

test('retries end when they have opened the circuit', async () => {
  const subgraph = await startMisbehaving(failsWith(503));
  const { send, clock, close } = createHarness({ circuitBreaker: { consecutiveFailures: 2 } });
  const outcome = ask(send, query(subgraph.url));
  await clock.fireNext(2);
  await clock.fireNext(2);
  expect((await outcome).error).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE', details: { retryAfterSeconds: 30 } });
  expect(subgraph.requests).toHaveLength(2);
  expect(clock.pending()).toBe(0);
  await close();
  await subgraph.close();
});

test('a request of a subgraph without trouble goes through as it is, and sets no timer', async () => {
  const subgraph = await startMisbehaving();
  const { send, clock, events, close } = createHarness({});
  expect(await ask(send, query(subgraph.url, { kind: 'mutation' }))).toMatchObject({ status: 200 });
  expect(await ask(send, query(subgraph.url))).toMatchObject({ status: 200 });
  expect(events).toEqual([]);
  expect(clock.pending()).toBe(0);
  await until(() => subgraph.requests.length === 2);
  await close();
  await subgraph.close();
});

test('what happens is counted', async () => {
  const metrics = createMetrics('gateway');
  const observe = createResilienceMetrics(metrics);
  observe({ kind: 'circuit', subgraph: 'orders', target: 'stable', state: 'open' });
  observe({ kind: 'refused', subgraph: 'orders', target: 'stable' });
  observe({ kind: 'retry', subgraph: 'orders', outcome: 'over budget' });
  const text = await metrics.registry.metrics();
  expect(text).toMatch(/gateway_upstream_circuit_state\{subgraph="orders",target="stable".*\} 2/);
  expect(text).toMatch(/gateway_upstream_events_total\{subgraph="orders",kind="refused",outcome="stable".*\} 1/);
  expect(text).toMatch(/gateway_upstream_events_total\{subgraph="orders",kind="retry",outcome="over budget".*\} 1/);
});
