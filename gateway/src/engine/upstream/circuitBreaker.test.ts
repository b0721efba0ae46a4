import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createHarness, off, type Harness } from '../../../test/upstream/createHarness.ts';
import { ask, query } from '../../../test/upstream/createHttpSend.ts';
import {
  failsWith,
  fine,
  hangs,
  reports,
  resets,
  startMisbehaving,
  type Behaviour,
  type Misbehaving,
} from '../../../test/upstream/startMisbehaving.ts';
import { until } from '../../../test/startTestGateway.ts';

const refused = {
  error: { code: 'SUBGRAPH_UNAVAILABLE', details: { retryAfterSeconds: expect.any(Number) } },
  text: '',
};

describe('the circuit of a subgraph', () => {
  let subgraph: Misbehaving;
  let harness: Harness;

  beforeEach(async () => {
    subgraph = await startMisbehaving();
    harness = createHarness({ ...off, circuitBreaker: { errorCodes: ['DATABASE_UNAVAILABLE'] } });
  });
  afterEach(async () => {
    await harness.close();
    await subgraph.close();
  });

  const one = (more = {}) => ask(harness.send, query(subgraph.url, more));
  const times = async (count: number, behaviour: Behaviour) => {
    subgraph.become(behaviour);
    for (let turn = 0; turn < count; turn++) await one();
  };
  const states = () => harness.events.flatMap((event) => (event.kind === 'circuit' ? [event.state] : []));

  test.each([
    ['connections that are reset', resets],
    ['answers with 500', failsWith(500)],
    ['answers with 503', failsWith(503)],
    ['a configured GraphQL error code', reports('DATABASE_UNAVAILABLE')],
  ])('opens after 5 times %s, and then nothing is sent', async (_, behaviour) => {
    await times(5, behaviour);
    expect(await one()).toMatchObject({ ...refused, error: { details: { retryAfterSeconds: 30 } } });
    expect(subgraph.requests).toHaveLength(5);
    expect(states()).toEqual(['open']);
    expect(harness.events).toContainEqual({ kind: 'refused', subgraph: 'orders', target: 'stable' });
    expect(harness.lines.join('')).toContain('the circuit of a subgraph is open');
  });

  test('opens when answers do not come in time', async () => {
    await harness.close();
    harness = createHarness({ ...off, circuitBreaker: { consecutiveFailures: 2 } }, { timeoutMs: 1000 });
    await times(2, hangs);
    expect(await one()).toMatchObject(refused);
    expect(subgraph.requests).toHaveLength(2);
  });

  test('opens when nobody listens', async () => {
    await subgraph.close();
    for (let turn = 0; turn < 5; turn++) expect((await one()).error).toMatchObject({ code: 'ECONNREFUSED' });
    expect(await one()).toMatchObject(refused);
  });

  test('stays closed when failures are not consecutive', async () => {
    for (let turn = 0; turn < 3; turn++) {
      await times(4, failsWith(500));
      await times(1, fine);
    }
    expect(subgraph.requests).toHaveLength(15);
    expect(states()).toEqual([]);
  });

  test.each([
    ['refusals of the client', failsWith(400)],
    ['GraphQL errors that are not configured', reports('ORDER_NOT_FOUND')],
    [
      'a configured code that is data',
      ({ response }: Parameters<Behaviour>[0]) =>
        response.end('{"data":{"errors":[],"log":"DATABASE_UNAVAILABLE"},"errors":[{"message":"no"}]}'),
    ],
  ])('does not count %s', async (_, behaviour) => {
    await times(6, behaviour);
    expect(subgraph.requests).toHaveLength(6);
    expect(states()).toEqual([]);
  });

  test('does not count clients that went away', async () => {
    subgraph.become(hangs);
    for (let turn = 0; turn < 6; turn++) {
      const giveUp = harness.send(query(subgraph.url), () => {
        throw new Error('answered after all');
      });
      await until(() => subgraph.requests.length === turn + 1);
      giveUp();
    }
    await times(1, fine);
    expect(subgraph.requests).toHaveLength(7);
  });

  test('lets one request try after 30 seconds, refuses the others, and closes when it succeeds', async () => {
    await times(5, failsWith(500));
    harness.clock.advance(29_999);
    expect(await one()).toMatchObject({ ...refused, error: { details: { retryAfterSeconds: 1 } } });
    harness.clock.advance(1);
    subgraph.become(fine);
    const [probe, second] = await Promise.all([one(), one()]);
    expect(probe).toMatchObject({ error: null, status: 200 });
    expect(second).toMatchObject(refused);
    expect(await one()).toMatchObject({ error: null });
    expect(states()).toEqual(['open', 'half-open', 'closed']);
    expect(subgraph.requests).toHaveLength(7);
  });

  test('opens for another 30 seconds when the one that tried fails', async () => {
    await times(5, failsWith(500));
    harness.clock.advance(30_000);
    await times(1, resets);
    expect(await one()).toMatchObject({ ...refused, error: { details: { retryAfterSeconds: 30 } } });
    expect(states()).toEqual(['open', 'half-open', 'open']);
  });

  test('lets another request try when the client of the one that tried went away', async () => {
    await times(5, failsWith(500));
    harness.clock.advance(30_000);
    subgraph.become(hangs);
    const giveUp = harness.send(query(subgraph.url), () => {});
    await until(() => subgraph.requests.length === 6);
    expect(await one()).toMatchObject(refused);
    giveUp();
    expect(states()).toEqual(['open', 'half-open']);
    await times(1, fine);
    expect(states()).toEqual(['open', 'half-open', 'closed']);
  });

  test('lets another request try when the one that tried could not even be sent', async () => {
    const sent: string[] = [];
    const throwing = createHarness(
      { ...off, circuitBreaker: { consecutiveFailures: 1 } },
      {
        transport: ({ body }, answered) => {
          if (body === 'bad') throw new Error('invalid header');
          sent.push(body);
          queueMicrotask(() => answered(null, '', { status: body === 'ill' ? 500 : 200, retryAfter: undefined }));
          return () => {};
        },
      },
    );
    await ask(throwing.send, query(subgraph.url, { body: 'ill' }));
    throwing.clock.advance(30_000);
    expect(() => throwing.send(query(subgraph.url, { body: 'bad' }), () => {})).toThrow('invalid header');
    expect(await ask(throwing.send, query(subgraph.url, { body: 'well' }))).toMatchObject({ status: 200 });
    await throwing.close();
  });

  test('is not closed by an answer to a request from before it opened', async () => {
    let release = () => {};
    subgraph.become((exchange) => {
      release = () => fine(exchange);
    });
    const old = one();
    await until(() => subgraph.requests.length === 1);
    await times(5, failsWith(500));
    harness.clock.advance(30_000);
    subgraph.become(hangs);
    const giveUp = harness.send(query(subgraph.url), () => {});
    await until(() => subgraph.requests.length === 7);
    release();
    expect(await old).toMatchObject({ status: 200 });
    expect(states()).toEqual(['open', 'half-open']);
    expect(await one()).toMatchObject(refused);
    giveUp();
  });

  test('concerns no other subgraph', async () => {
    await times(5, failsWith(500));
    subgraph.become(fine);
    expect(await one({ subgraph: 'users' })).toMatchObject({ status: 200 });
  });

  test('a refused client that goes away is not answered', async () => {
    await times(5, failsWith(500));
    harness.send(query(subgraph.url), () => {
      throw new Error('answered after all');
    })();
    expect(await one()).toMatchObject(refused);
  });
});
