import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createHarness, off, type Harness } from '../../../test/upstream/createHarness.ts';
import { ask, query } from '../../../test/upstream/createHttpSend.ts';
import {
  answers,
  failsWith,
  fine,
  hangs,
  inTurn,
  startMisbehaving,
  type Exchange,
  type Misbehaving,
} from '../../../test/upstream/startMisbehaving.ts';
import { until } from '../../../test/startTestGateway.ts';

describe('a hedged query', () => {
  let subgraph: Misbehaving;
  let harness: Harness;

  beforeEach(async () => {
    subgraph = await startMisbehaving();
    harness = createHarness({ ...off, hedge: { enabled: true, delay: 100 } });
  });
  afterEach(async () => {
    await harness.close();
    await subgraph.close();
  });

  const one = (more = {}) => ask(harness.send, query(subgraph.url, more));
  const hedges = () => harness.events.flatMap((event) => (event.kind === 'hedge' ? [event.outcome] : []));

  test('is sent once when it is answered before the delay', async () => {
    expect(await one()).toMatchObject({ status: 200 });
    expect(harness.clock.pending()).toBe(0);
    expect(subgraph.requests).toHaveLength(1);
  });

  test('is sent a second time after the delay; the first good answer wins and the loser is aborted', async () => {
    subgraph.become(inTurn(hangs, answers({ data: 'second' })));
    const outcome = one();
    await until(() => subgraph.requests.length === 1);
    expect(await harness.clock.fireNext()).toBe(100);
    expect(await outcome).toMatchObject({ error: null, text: '{"data":"second"}' });
    await until(() => subgraph.abandoned() === 1);
    expect(hedges()).toEqual(['sent', 'won']);
  });

  test('waits for the first when the second fails', async () => {
    let release = () => {};
    subgraph.become(
      inTurn((exchange) => {
        release = () => answers({ data: 'first' })(exchange);
      }, failsWith(503)),
    );
    const outcome = one();
    await until(() => subgraph.requests.length === 1);
    await harness.clock.fireNext();
    await until(() => subgraph.requests[1]?.response.writableFinished === true);
    release();
    expect(await outcome).toMatchObject({ text: '{"data":"first"}' });
    expect(hedges()).toEqual(['sent']);
  });

  test('fails when both fail', async () => {
    const held: Exchange[] = [];
    subgraph.become((exchange) => void held.push(exchange));
    const outcome = one();
    await until(() => held.length === 1);
    await harness.clock.fireNext();
    await until(() => held.length === 2);
    held.forEach(failsWith(503));
    expect(await outcome).toMatchObject({ status: 503 });
  });

  test('fails at once when it fails before the delay', async () => {
    subgraph.become(failsWith(503));
    expect(await one()).toMatchObject({ status: 503 });
    expect(harness.clock.pending()).toBe(0);
  });

  test('is aborted with both its requests when the client goes away', async () => {
    subgraph.become(hangs);
    const giveUp = harness.send(query(subgraph.url), () => {
      throw new Error('answered after all');
    });
    await until(() => subgraph.requests.length === 1);
    await harness.clock.fireNext();
    await until(() => subgraph.requests.length === 2);
    giveUp();
    await until(() => subgraph.abandoned() === 2);
  });

  test('is sent once when the budget is spent', async () => {
    await harness.close();
    harness = createHarness({
      ...off,
      retryBudget: { ratio: 0, minimum: 1 },
      hedge: { enabled: true, delay: 100 },
    });
    subgraph.become(inTurn(hangs, fine));
    const first = one();
    await until(() => subgraph.requests.length === 1);
    await harness.clock.fireNext();
    await first;
    subgraph.become(hangs);
    const giveUp = harness.send(query(subgraph.url), () => {});
    await harness.clock.fireNext();
    expect(hedges()).toEqual(['sent', 'won', 'over budget']);
    giveUp();
  });

  test('is never a mutation', async () => {
    subgraph.become(hangs);
    const giveUp = harness.send(query(subgraph.url, { kind: 'mutation' }), () => {});
    await until(() => subgraph.requests.length === 1);
    expect(harness.clock.pending()).toBe(0);
    giveUp();
  });

  test('learns its delay from the last answers, and has none before there are twenty', async () => {
    await harness.close();
    harness = createHarness({ ...off, hedge: { enabled: true } });
    const held: Exchange[] = [];
    subgraph.become((exchange) => void held.push(exchange));
    for (let ms = 1; ms <= 20; ms++) {
      const outcome = one();
      await until(() => held.length === 1);
      expect(harness.clock.pending()).toBe(0);
      harness.clock.advance(ms);
      held.splice(0).forEach(fine);
      await outcome;
    }
    const outcome = one();
    expect(await harness.clock.fireNext()).toBe(19);
    await until(() => held.length === 2);
    held.forEach(fine);
    await outcome;
  });
});
