import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { z } from 'zod';
import {
  answers,
  breaksOff,
  failsWith,
  hangs,
  inTurn,
  reports,
  resets,
  startMisbehaving,
  type Behaviour,
  type Misbehaving,
} from '../../test/upstream/startMisbehaving.ts';
import { createTokens } from '../../test/createTokens.ts';
import { composed, startTestGateway, until, type TestGateway } from '../../test/startTestGateway.ts';
import { upstreamConfig } from './upstream/upstreamConfig.ts';

const stockSdl = 'type Query { stock: Int } type Mutation { reserve: Int  release: Int }';
const newsSdl = 'type Query { news: String }';

const inStock = answers({ data: { stock: 5 } });
const news = answers({ data: { news: 'none' } });

/** What the running gateway makes of subgraphs that misbehave, over real sockets and with the real clock. */
describe('through the gateway', () => {
  let stock: Misbehaving;
  let canary: Misbehaving;
  let other: Misbehaving;
  let gateway: TestGateway;

  beforeEach(async () => {
    [stock, canary, other] = await Promise.all([
      startMisbehaving(inStock),
      startMisbehaving(answers({ data: { stock: 6 } })),
      startMisbehaving(news),
    ]);
  });
  afterEach(async () => {
    await gateway.close();
    await Promise.all([stock.close(), canary.close(), other.close()]);
  });

  const start = async (upstream: z.input<typeof upstreamConfig>, more: Parameters<typeof startTestGateway>[1] = {}) => {
    const sdl = composed({
      stock: { url: stock.url.href, sdl: stockSdl },
      news: { url: other.url.href, sdl: newsSdl },
    });
    const settings = { circuitBreaker: { enabled: false }, retry: { enabled: false }, ...upstream };
    gateway = await startTestGateway(sdl, { engine: 'compiled', upstream: upstreamConfig.parse(settings), ...more });
  };
  const ask = async (query = '{ stock }', headers: Record<string, string> = {}) =>
    (await gateway.post({ query }, headers)).body;
  const unavailable = (more = {}) => [
    {
      message: 'The service "stock" is not available.',
      extensions: { code: 'SUBGRAPH_UNAVAILABLE', category: 'UNAVAILABLE', serviceName: 'stock', ...more },
    },
  ];
  const logged = (text: string) => gateway.lines.filter(({ msg }) => String(msg).includes(text));

  test.each<[string, Behaviour]>([
    ['is too slow', hangs],
    ['resets its connection', resets],
    ['breaks off its answer', breaksOff],
    ['answers 500 without GraphQL', failsWith(500)],
  ])('a subgraph that %s fails its own part and nothing else', async (_, behaviour) => {
    await start({}, { timeouts: { connectSeconds: 1, readSeconds: 1 } });
    stock.become(behaviour);
    expect(await ask('{ stock news }')).toEqual({ data: { stock: null, news: 'none' }, errors: unavailable() });
    await until(
      () => stock.abandoned() === (behaviour === hangs || behaviour === resets || behaviour === breaksOff ? 1 : 0),
    );
  });

  describe('a query', () => {
    test.each<[string, Behaviour]>([
      ['the connection was reset', resets],
      ['the answer broke off', breaksOff],
      ['the subgraph answered 503', failsWith(503)],
    ])('is asked again after %s, and the client sees nothing of it', async (_, behaviour) => {
      await start({ retry: { baseMs: 1 } });
      stock.become(inTurn(behaviour, behaviour, inStock));
      expect(await ask()).toEqual({ data: { stock: 5 } });
      expect(stock.requests).toHaveLength(3);
    });

    test('is hedged: a second request is answered while the first one hangs, which is then aborted', async () => {
      await start({ hedge: { enabled: true, delay: 5 } });
      stock.become(inTurn(hangs, inStock));
      expect(await ask()).toEqual({ data: { stock: 5 } });
      await until(() => stock.abandoned() === 1);
      expect(stock.requests).toHaveLength(2);
    });
  });

  describe('a mutation whose connection drops after the commit', () => {
    let committed: Map<string, number>;
    /** Does what it is asked once for each key, every time when there is none; the first answer gets lost. */
    const commitsThenDrops = (): Behaviour => {
      committed = new Map();
      let seen = 0;
      const drop = inTurn(resets, (exchange) => answers({ data: { reserve: committed.size } })(exchange));
      return (exchange) => {
        seen += 1;
        const key = String(exchange.headers['idempotency-key'] ?? `request ${seen}`);
        if (!committed.has(key)) committed.set(key, committed.size + 1);
        drop(exchange);
      };
    };
    const reserve = (headers: Record<string, string> = {}) => ask('mutation { reserve }', headers);

    test.each<[string, z.input<typeof upstreamConfig>, Record<string, string>]>([
      ['it is not declared idempotent', { retry: { baseMs: 1 } }, { 'idempotency-key': 'k1' }],
      ['its client gave no key', { retry: { baseMs: 1, idempotentMutations: ['reserve'] } }, {}],
      [
        'queries are hedged',
        { retry: { baseMs: 1, idempotentMutations: ['release'] }, hedge: { enabled: true, delay: 0 } },
        { 'idempotency-key': 'k1' },
      ],
    ])('is executed exactly once and reported when %s', async (_, upstream, headers) => {
      await start(upstream);
      // Over a connection that is warm: one may be tempted to blame its age, and to send again.
      await ask();
      stock.become(commitsThenDrops());
      expect(await reserve(headers)).toEqual({ data: { reserve: null }, errors: unavailable() });
      const sent = stock.requests.filter(({ body }) => body.includes('mutation'));
      expect(sent).toHaveLength(1);
      expect(committed.size).toBe(1);
      expect(sent[0]?.headers['idempotency-key']).toBeUndefined();
    });

    test('is executed exactly once and answered when it is declared idempotent and its client gave a key', async () => {
      await start({ retry: { baseMs: 1, idempotentMutations: ['reserve'] } });
      stock.become(commitsThenDrops());
      expect(await reserve({ 'idempotency-key': 'k1' })).toEqual({ data: { reserve: 1 } });
      expect(stock.requests.map(({ headers }) => headers['idempotency-key'])).toEqual(['k1', 'k1']);
      expect([...committed.keys()]).toEqual(['k1']);
    });

    test('is not sent again when it has two effects for the one key', async () => {
      await start({ retry: { baseMs: 1, idempotentMutations: ['reserve'] } });
      stock.become(commitsThenDrops());
      const { errors } = await ask('mutation { reserve again: reserve }', { 'idempotency-key': 'k1' });
      expect(errors).toHaveLength(1);
      expect(committed.size).toBe(2);
    });
  });

  describe('the circuit of a subgraph', () => {
    const failing = { circuitBreaker: { consecutiveFailures: 3, openSeconds: 3600 } };

    test.each<[string, Behaviour]>([
      ['does not answer in time', hangs],
      ['resets its connections', resets],
      ['answers 5xx', failsWith(503)],
      ['reports that its database is away', reports('DATABASE_UNAVAILABLE')],
    ])('opens when it %s, so that it is left alone and nobody waits', async (_, behaviour) => {
      await start(failing, { timeouts: { connectSeconds: 1, readSeconds: 1 } });
      stock.become(behaviour);
      for (let turn = 0; turn < 3; turn++) await ask();
      expect(stock.requests).toHaveLength(3);
      stock.become(inStock);
      expect(await ask('{ stock news }')).toEqual({
        data: { stock: null, news: 'none' },
        errors: unavailable({ retryAfterSeconds: expect.any(Number) }),
      });
      expect(stock.requests).toHaveLength(3);
    });

    test('stays closed for what clients do wrong', async () => {
      await start(failing);
      stock.become(reports('BAD_USER_INPUT'));
      for (let turn = 0; turn < 5; turn++) await ask();
      expect(stock.requests).toHaveLength(5);
    });

    test('lets one request try when its time is over, refuses the others meanwhile, and closes when it is answered', async () => {
      await start(
        { circuitBreaker: { consecutiveFailures: 1, openSeconds: 0.05 } },
        { share: { fetches: false, requests: false } },
      );
      stock.become(failsWith(500));
      await ask();
      // A subgraph that is half well: it accepts the probe and takes its time.
      const held: Parameters<Behaviour>[0][] = [];
      stock.become((exchange) => void held.push(exchange));
      let probe: ReturnType<typeof ask> | undefined;
      await until(async () => {
        const attempt = ask();
        const first = await Promise.race([attempt, until(() => held.length === 1)]);
        if (first === undefined) probe = attempt;
        return probe !== undefined;
      });
      const refused = await Promise.all([ask(), ask(), ask()]);
      expect(refused.map(({ errors }) => errors)).toEqual([1, 2, 3].map(() => unavailable({ retryAfterSeconds: 1 })));
      expect(held).toHaveLength(1);
      stock.become(inStock);
      for (const exchange of held) inStock(exchange);
      expect(await probe).toEqual({ data: { stock: 5 } });
      expect(await ask()).toEqual({ data: { stock: 5 } });
      expect(logged('the circuit of a subgraph is').map(({ msg }) => String(msg).split(' is ')[1])).toEqual([
        'open',
        'half-open',
        'closed',
      ]);
    });

    test('opens again when the one that tried failed', async () => {
      await start({ circuitBreaker: { consecutiveFailures: 1, openSeconds: 0.05 } });
      stock.become(failsWith(500));
      await until(async () => {
        await ask();
        return stock.requests.length === 3;
      });
      expect(logged('the circuit of a subgraph is open')).toHaveLength(3);
      expect(logged('the circuit of a subgraph is closed')).toHaveLength(0);
    });
  });

  describe('a canary', () => {
    const routed = (settings: object = {}) => ({
      subgraphs: { stock: { canary: { url: canary.url.href, weight: 50, minimumRequests: 20, ...settings } } },
    });
    const untilStopped = () =>
      until(async () => {
        await Promise.all(Array.from({ length: 10 }, () => ask()));
        return logged('a canary was stopped').length > 0;
      });

    test('is asked when the client says so, and is not when it says no', async () => {
      await start(routed({ weight: 0 }));
      expect(await ask('{ stock }', { 'x-canary': 'true' })).toEqual({ data: { stock: 6 } });
      expect(await ask('{ stock }', { 'x-canary': 'false' })).toEqual({ data: { stock: 5 } });
      expect(await ask()).toEqual({ data: { stock: 5 } });
    });

    test('answers nobody who did not choose it, though the same is asked at the same time', async () => {
      await start(routed({ weight: 0 }));
      const both = Array.from({ length: 10 }, (_, index) => ask('{ stock }', { 'x-canary': String(index % 2 === 0) }));
      const seen = (await Promise.all(both)).map(({ data }) => data?.['stock']);
      expect(seen).toEqual([6, 5, 6, 5, 6, 5, 6, 5, 6, 5]);
    });

    test.each<[string, Behaviour, object]>([
      ['5xx', failsWith(500), {}],
      ['resets', resets, {}],
      ['GraphQL errors', reports('INTERNAL_SERVER_ERROR'), {}],
      [
        'slow answers',
        (exchange) => void setTimeout(() => answers({ data: { stock: 6 } })(exchange), 60),
        { toleratedLatencyMs: 5 },
      ],
    ])('with more %s than the stable version is stopped, and then serves nobody', async (_, behaviour, settings) => {
      await start(routed(settings), { share: { fetches: false, requests: false } });
      canary.become(behaviour);
      await untilStopped();
      const asked = canary.requests.length;
      expect(asked).toBeGreaterThanOrEqual(20);
      const after = await Promise.all(Array.from({ length: 30 }, () => ask()));
      expect(after).toEqual(after.map(() => ({ data: { stock: 5 } })));
      expect(canary.requests).toHaveLength(asked);
    });

    test('serves the same people every time, and others never', async () => {
      const tokens = await createTokens();
      const people = await Promise.all(Array.from({ length: 20 }, (_, index) => tokens.headersOf(`user-${index}`)));
      // Too few requests for a verdict: on a machine that stalls either side may seem slow.
      const undecided = { weight: 50, minimumRequests: 1_000, window: 1_000 };
      await start(routed(undecided), { authentication: tokens.authentication });
      const seen = async () =>
        Promise.all(people.map(async (headers) => (await ask('{ stock }', headers)).data?.['stock']));
      const first = await seen();
      expect(new Set(first)).toEqual(new Set([5, 6]));
      for (let turn = 0; turn < 3; turn++) expect(await seen()).toEqual(first);
    });

    test('that was stopped can still be looked at', async () => {
      await start(routed(), { share: { fetches: false, requests: false } });
      canary.become(failsWith(500));
      await untilStopped();
      canary.become(answers({ data: { stock: 7 } }));
      expect(await ask('{ stock }', { 'x-canary': 'true' })).toEqual({ data: { stock: 7 } });
    });
  });
});
