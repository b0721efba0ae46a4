import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createHarness, off, type Harness } from '../../../test/upstream/createHarness.ts';
import { ask, query } from '../../../test/upstream/createHttpSend.ts';
import {
  answers,
  breaksOff,
  failsWith,
  fine,
  hangs,
  inTurn,
  reports,
  resets,
  startMisbehaving,
  type Behaviour,
  type Misbehaving,
} from '../../../test/upstream/startMisbehaving.ts';
import { until } from '../../../test/startTestGateway.ts';
import { createTransport } from '../execute/transport.ts';
import type { Send } from './send.ts';
import { upstreamConfig } from './upstreamConfig.ts';

const createOneConnection = () =>
  createTransport({
    connection: () => upstreamConfig.parse({ connection: { maximum: 1 } }).connection,
    connectSeconds: 30,
    timeoutSeconds: 30,
  });

describe('a request that fails', () => {
  let subgraph: Misbehaving;
  let harness: Harness;

  beforeEach(async () => {
    subgraph = await startMisbehaving();
    harness = createHarness({ ...off, retry: { idempotentMutations: ['placeOrder', 'refundPayment'] } });
  });
  afterEach(async () => {
    await harness.close();
    await subgraph.close();
  });

  const one = (more = {}) => ask(harness.send, query(subgraph.url, more));
  /** A pause and the deadline are pending while a retry waits. */
  const pause = () => harness.clock.fireNext(2);

  test.each<[string, Behaviour]>([
    ['whose connection is reset', resets],
    ['whose answer breaks off', breaksOff],
    ['answered 502', failsWith(502)],
    ['answered 503', failsWith(503)],
    ['answered 504', failsWith(504)],
    ['answered 429', failsWith(429)],
  ])('is sent again when it is a query %s', async (_, behaviour) => {
    subgraph.become(inTurn(behaviour, fine));
    const outcome = one();
    await pause();
    expect(await outcome).toEqual({ error: null, text: '{"data":{"ok":true}}', status: 200 });
    expect(subgraph.requests).toHaveLength(2);
    expect(harness.clock.pending()).toBe(0);
  });

  test('is sent again when nobody listened', async () => {
    const { url } = subgraph;
    await subgraph.close();
    const outcome = ask(harness.send, query(url));
    for (let retries = 0; retries < 3; retries++) await pause();
    expect((await outcome).error).toMatchObject({ code: 'ECONNREFUSED' });
    expect(harness.events).toHaveLength(3);
  });

  test('is sent at most four times, after pauses that double below a random share of their limit', async () => {
    subgraph.become(failsWith(503));
    const outcome = one();
    const pauses = [await pause(), await pause(), await pause()];
    expect(pauses).toEqual([25, 50, 100]);
    expect(await outcome).toMatchObject({ error: null, status: 503 });
    expect(subgraph.requests).toHaveLength(4);
  });

  test.each<[string, Behaviour]>([
    ['500', failsWith(500)],
    ['400', failsWith(400)],
    ['GraphQL errors', reports('DATABASE_UNAVAILABLE')],
  ])('is not sent again after %s', async (_, behaviour) => {
    subgraph.become(behaviour);
    await one();
    expect(subgraph.requests).toHaveLength(1);
    expect(harness.events).toEqual([]);
  });

  test('waits as long as Retry-After asks, in seconds or until a date', async () => {
    subgraph.become(
      inTurn(
        failsWith(503, { 'retry-after': '3' }),
        failsWith(429, { 'retry-after': 'Thu, 01 Jan 2026 00:00:08 GMT' }),
        fine,
      ),
    );
    const outcome = one();
    expect(await pause()).toBe(3025);
    // It is 3.025 s past midnight now.
    expect(await pause()).toBe(8000 - 3025 + 50);
    expect(await outcome).toMatchObject({ status: 200 });
  });

  test('is passed on when Retry-After asks for more than we are ready to wait', async () => {
    subgraph.become(failsWith(503, { 'retry-after': '6' }));
    expect(await one()).toMatchObject({ status: 503 });
    expect(subgraph.requests).toHaveLength(1);
  });

  test('is not sent again when the pause would end after the deadline', async () => {
    await harness.close();
    harness = createHarness({ ...off, retry: { baseMs: 4000, maxMs: 60_000, deadlineSeconds: 5 } });
    subgraph.become(failsWith(503));
    const outcome = one();
    expect(await pause()).toBe(2000);
    // The next pause would be 4 seconds, and 3 are left.
    expect(await outcome).toMatchObject({ status: 503 });
    expect(subgraph.requests).toHaveLength(2);
  });

  test('is given up at the deadline when it was sent again, and the subgraph is to blame', async () => {
    await harness.close();
    harness = createHarness({ circuitBreaker: { consecutiveFailures: 2 } });
    subgraph.become(inTurn(failsWith(503), hangs));
    const outcome = one();
    await pause();
    await until(() => subgraph.requests.length === 2);
    await harness.clock.fireNext();
    expect((await outcome).error?.message).toBe('No answer within 60 seconds, after 1 retries.');
    await until(() => subgraph.abandoned() === 1);
    expect((await one()).error).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
  });

  test('is not sent again when the client went away during the pause', async () => {
    subgraph.become(failsWith(503));
    const giveUp = harness.send(query(subgraph.url), () => {
      throw new Error('answered after all');
    });
    await until(() => harness.clock.pending() === 2);
    giveUp();
    expect(harness.clock.pending()).toBe(0);
    expect(subgraph.requests).toHaveLength(1);
  });

  test('is aborted when the client goes away during a retry', async () => {
    subgraph.become(inTurn(failsWith(503), hangs));
    const giveUp = harness.send(query(subgraph.url), () => {
      throw new Error('answered after all');
    });
    await pause();
    await until(() => subgraph.requests.length === 2);
    giveUp();
    await until(() => subgraph.abandoned() === 1);
    expect(harness.clock.pending()).toBe(0);
  });

  test('ends with the error when it cannot be sent again, and nothing is thrown at the timer', async () => {
    let sent = 0;
    const throwing = createHarness(
      { ...off, retry: {} },
      {
        transport: (_, answered) => {
          sent += 1;
          if (sent === 2) throw new Error('closed');
          queueMicrotask(() => answered(null, '', { status: 503, retryAfter: undefined }));
          return () => {};
        },
      },
    );
    const outcome = ask(throwing.send, query(subgraph.url));
    await throwing.clock.fireNext(2);
    expect((await outcome).error?.message).toBe('closed');
    await throwing.close();
  });

  test('stays within the budget: with a fifth, ten clients in trouble send two requests more', async () => {
    await harness.close();
    harness = createHarness({ ...off, retry: { attempts: 1 }, retryBudget: { ratio: 0.2, minimum: 0 } });
    subgraph.become(failsWith(503));
    const outcomes = Array.from({ length: 10 }, () => one());
    await until(() => harness.events.length === 10);
    harness.clock.advance(1000);
    await Promise.all(outcomes);
    expect(subgraph.requests).toHaveLength(12);
    expect(harness.events.filter((event) => event.kind === 'retry' && event.outcome === 'over budget')).toHaveLength(8);
  });

  describe('and is a mutation', () => {
    const mutation = (fields: string[], idempotencyKey: string | null) => ({
      kind: 'mutation' as const,
      mutation: { fields, idempotencyKey },
    });

    test.each<[string, Behaviour]>([
      ['a reset', resets],
      ['502', failsWith(502)],
      ['503', failsWith(503, { 'retry-after': '1' })],
      ['429', failsWith(429)],
    ])('is not sent again after %s', async (_, behaviour) => {
      subgraph.become(behaviour);
      await one({ kind: 'mutation' });
      expect(subgraph.requests).toHaveLength(1);
    });

    test.each([
      ['its field is not declared idempotent', ['capturePayment'], 'key-1'],
      ['one of its fields is not', ['placeOrder', 'capturePayment'], 'key-1'],
      ['it has two fields for the one key', ['placeOrder', 'refundPayment'], 'key-1'],
      ['there is no key', ['placeOrder'], null],
      ['its key cannot be a header', ['placeOrder'], 'key\r\nx-viewer: me'],
      ['its fields are not known', [], 'key-1'],
    ])('is not sent again when %s', async (_, fields, key) => {
      subgraph.become(resets);
      await one(mutation(fields, key));
      expect(subgraph.requests).toHaveLength(1);
    });

    test.each<[string, () => { send: Send; close: () => Promise<void> } | null]>([
      ['any transport', () => null],
      ['the engine’s transport', createOneConnection],
    ])('is executed exactly once when the connection drops after the commit, over %s', async (_, create) => {
      const transport = create();
      await harness.close();
      harness = createHarness(
        { retry: { idempotentMutations: ['placeOrder'] }, hedge: { enabled: true, delay: 0 } },
        transport === null ? {} : { transport: transport.send },
      );
      let captured = 0;
      const commitsThenDrops: Behaviour = (exchange) => {
        captured += 1;
        resets(exchange);
      };
      // Over a connection that is warm: a client may be tempted to blame its age and to send again.
      await one({ subgraph: 'other' });
      subgraph.become(commitsThenDrops);
      const { error } = await one(mutation(['capturePayment'], 'key-1'));
      expect(error).not.toBeNull();
      expect(harness.clock.pending()).toBe(0);
      subgraph.become(fine);
      expect(await one()).toMatchObject({ error: null });
      expect(captured).toBe(1);
      expect(subgraph.requests.filter(({ headers }) => headers['idempotency-key'] !== undefined)).toEqual([]);
      await transport?.close();
    });

    test('is sent again with its key when declared idempotent, and a subgraph that knows keys executes it once', async () => {
      const executed = new Map<string, number>();
      const drops = inTurn(resets, answers({ data: { refundPayment: { id: 'p1' } } }));
      subgraph.become((exchange) => {
        const key = String(exchange.headers['idempotency-key']);
        if (!executed.has(key)) executed.set(key, executed.size + 1);
        drops(exchange);
      });
      const outcome = one(mutation(['refundPayment'], 'key-7'));
      await pause();
      expect(await outcome).toMatchObject({ error: null, text: '{"data":{"refundPayment":{"id":"p1"}}}' });
      expect(subgraph.requests).toHaveLength(2);
      expect([...executed]).toEqual([['key-7', 1]]);
    });
  });
});
