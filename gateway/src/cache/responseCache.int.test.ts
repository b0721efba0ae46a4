import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually, startTestRedis, testNamespace, type TestServer } from '@supergraph/testing';
import { gunzipSync } from 'node:zlib';
import { Pool } from 'undici';
import { startCachingShop, type CachingShop } from '../../test/cachingShop.ts';
import { standingDate } from '../../test/standingDate.ts';
import type { TestGateway } from '../../test/startTestGateway.ts';
import { cacheConfig } from './cacheConfig.ts';

let shop: CachingShop;
const date = standingDate();
beforeAll(async () => {
  shop = await startCachingShop('cache');
});
afterAll(() => shop.close());

const priceQuery = { query: 'query ($id: ID!) { product(id: $id) { price } }', variables: { id: 'p1' } };
const priceOf = (id: string) => ({ ...priceQuery, variables: { id } });
const priceAt = async (gateway: TestGateway, id = 'p1'): Promise<unknown> => {
  const { body } = await gateway.post(priceOf(id));
  expect(body.errors).toBeUndefined();
  return (body.data?.['product'] as { price: number }).price;
};
const changePrice = (gateway: TestGateway, id: string, price: number) =>
  gateway.post({
    query: 'mutation ($id: ID!, $price: Int!) { changePrice(id: $id, price: $price) { price } }',
    variables: { id, price },
  });

/** Many readers at the same time, over few connections, so that it is the gateway that is busy and not this client. */
const readAtOnce = async (
  gateways: readonly TestGateway[],
  request: object,
  readers: number,
  meanwhile: () => void = () => {},
): Promise<unknown[]> => {
  const pools = gateways.map(({ url }) => new Pool(url, { connections: 50, pipelining: 50 }));
  const read = async (pool: Pool | undefined): Promise<unknown> => {
    if (pool === undefined) throw new Error('There is no such gateway.');
    const { body } = await pool.request({
      path: '/graphql',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
    return body.json();
  };
  const answers = Promise.all(Array.from({ length: readers }, (_, index) => read(pools[index % pools.length])));
  await shop.gate.reached();
  meanwhile();
  shop.gate.open();
  const all = await answers;
  await Promise.all(pools.map((pool) => pool.close()));
  return all;
};

describe('one gateway', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await shop.startCaching();
  });
  afterAll(() => gateway.close());
  beforeEach(() => void shop.fetches());

  test('fetches once what may be kept, and says so in headers', async () => {
    const query = { query: '{ products { id price } }' };
    const first = await gateway.post(query);
    expect(shop.fetches()).toBe(1);
    const second = await gateway.post(query);
    expect(shop.fetches()).toBe(0);
    expect(second.body).toEqual(first.body);
    expect(Object.fromEntries(second.headers)).toMatchObject({
      'cache-control': 'public, max-age=60, stale-if-error=300',
      age: '0',
      etag: expect.stringMatching(/^W\/".{22}"$/),
      'surrogate-key': 'Product Product:list Product:p1 Product:p2 Product:p3 Product:p4 Product:p5',
      vary: expect.stringMatching(/Authorization/),
    });
  });

  test('names entities that the client did not ask the keys of, and does not show them', async () => {
    const { body, headers } = await gateway.post({ query: '{ product(id: "p2") { title: name } }' });
    expect(body).toEqual({ data: { product: { title: 'Product 2' } } });
    expect(headers.get('surrogate-key')).toBe('Product Product:p2');
  });

  test('takes what is not there yet for a list that may grow', async () => {
    const { headers } = await gateway.post({ query: '{ product(id: "p9") { name } }' });
    expect(headers.get('surrogate-key')).toBe('Product Product:list');
  });

  test('answers 304 to who has the answer already', async () => {
    const url = `${gateway.url}/graphql?query=${encodeURIComponent('{ product(id: "p3") { name } }')}`;
    const first = await fetch(url);
    expect(first.status).toBe(200);
    const again = await fetch(url, { headers: { 'if-none-match': first.headers.get('etag') ?? '' } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
  });

  test('compresses what it keeps', async () => {
    const query = '{ products { id name price maker { name country } } }';
    const ask = async () => {
      const { request } = await import('undici');
      const { body, headers } = await request(`${gateway.url}/graphql?query=${encodeURIComponent(query)}`, {
        headers: { 'accept-encoding': 'gzip' },
      });
      return { bytes: Buffer.from(await body.arrayBuffer()), encoding: headers['content-encoding'] };
    };
    const [first, second] = [await ask(), await ask()];
    if (first.encoding !== undefined) expect(gunzipSync(second.bytes)).toEqual(gunzipSync(first.bytes));
    expect(second).toEqual(first);
  });

  test.each([
    ['has no hint', '{ orders { id } }'],
    ['is not to be kept', '{ uncached { id } }'],
    ['has errors', '{ broken { id } }'],
  ])('keeps nothing that %s', async (_why, query) => {
    await gateway.post({ query });
    shop.fetches();
    const { headers } = await gateway.post({ query });
    expect(shop.fetches()).toBe(1);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test('keeps different variables, operations and viewers apart', async () => {
    for (const id of ['p1', 'p2']) expect(await priceAt(gateway, id)).toBe(Number(id.slice(1)) * 100);
    const me = async (headers: Record<string, string>) =>
      (await gateway.post({ query: '{ me { id } }' }, headers)).body.data;
    for (let round = 0; round < 2; round++) {
      expect(await me({})).toEqual({ me: null });
      expect(await me(await shop.tokens.of('ada'))).toEqual({ me: { id: 'ada' } });
      expect(await me(await shop.tokens.of('bob'))).toEqual({ me: { id: 'bob' } });
    }
    const { headers } = await gateway.post({ query: '{ me { id } }' }, await shop.tokens.of('ada'));
    expect(headers.get('cache-control')).toMatch(/^private/);
  });

  test('tells those apart whose permissions make a difference, and lets the others share', async () => {
    const query = { query: '{ product(id: "p6") { name } }' };
    const staff = await shop.tokens.of('eve', ['employee']);
    expect((await gateway.post(query, staff)).body.data).toEqual({ product: { name: 'Product 6' } });
    expect((await gateway.post(query)).body.data).toEqual({ product: null });
    shop.fetches();
    expect((await gateway.post(query, await shop.tokens.of('ada'))).body.data).toEqual({ product: null });
    const other = await gateway.post(query, await shop.tokens.of('fay', ['manager']));
    expect(other.body.data).toEqual({ product: { name: 'Product 6' } });
    expect(shop.fetches()).toBe(0);
    expect(other.headers.get('cache-control')).toMatch(/^private/);
  });

  test('fetches anew for those who may ask for it, and for nobody else', async () => {
    await priceAt(gateway);
    shop.fetches();
    const ask = (viewer: Record<string, string>) =>
      gateway.post(priceQuery, { 'cache-control': 'no-cache', ...viewer });
    await ask(await shop.tokens.of('ada'));
    await ask({});
    expect(shop.fetches()).toBe(0);
    await ask(await shop.tokens.of('root', ['admin']));
    expect(shop.fetches()).toBe(1);
  });

  test('forgets what a mutation returned before it answers', async () => {
    expect(await priceAt(gateway)).toBe(100);
    await gateway.post({ query: '{ products(maxPrice: 150) { id } }' });
    await changePrice(gateway, 'p1', 170);
    expect(await priceAt(gateway)).toBe(170);
    const { body } = await gateway.post({ query: '{ products(maxPrice: 150) { id } }' });
    expect(body.data).toEqual({ products: [] });
    shop.fetches();
    await priceAt(gateway, 'p2');
    await changePrice(gateway, 'p1', 100);
  });

  test('fetches once for 2,000 readers at the same time', async () => {
    await changePrice(gateway, 'p4', 401);
    shop.fetches();
    shop.gate.close();
    const answers = await readAtOnce([gateway], priceOf('p4'), 2_000);
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
      new Set(['{"data":{"product":{"price":401}}}']),
    );
    expect(shop.fetches()).toBe(1);
    await changePrice(gateway, 'p4', 400);
  });

  test('serves what is too old while one reader’s fetch goes on in the background', async () => {
    const query = { query: '{ short { price } }' };
    const ask = async () => (await gateway.post(query)).body.data;
    await ask();
    const before = shop.products.get('p1')?.price;
    // By somebody who tells nobody.
    shop.products.set('p1', { ...(shop.products.get('p1') ?? never()), price: 111 });
    date.pass(1);
    shop.fetches();
    shop.gate.close();
    for (let reader = 0; reader < 20; reader++) expect(await ask()).toEqual({ short: { price: before } });
    await shop.gate.reached();
    shop.gate.open();
    await eventually(async () => expect(await ask()).toEqual({ short: { price: 111 } }));
    expect(shop.fetches()).toBe(1);
    await changePrice(gateway, 'p1', 100);
  });
});

const never = (): never => {
  throw new Error('That is not there.');
};

test('what is too old is served when its subgraph is away; not what was invalidated', async () => {
  const gateway = await shop.startCaching({
    cache: cacheConfig.parse({ staleWhileRevalidateSeconds: 0, staleIfErrorSeconds: 60 }),
  });
  const query = { query: '{ short { price } }' };
  await gateway.post(query);
  date.pass(1);
  shop.subgraphs.catalog.answerWith({ status: 503, type: 'text/plain', body: 'away' });
  try {
    const { body, headers } = await gateway.post(query);
    expect([body, headers.get('age')]).toEqual([{ data: { short: { price: 100 } } }, '1']);
  } finally {
    shop.subgraphs.catalog.answerWith(undefined);
  }
  await changePrice(gateway, 'p1', 100);
  shop.subgraphs.catalog.answerWith({ status: 503, type: 'text/plain', body: 'away' });
  try {
    expect((await gateway.post(query)).body.errors).toHaveLength(1);
  } finally {
    shop.subgraphs.catalog.answerWith(undefined);
    await gateway.close();
  }
});

describe('two gateways over one Redis', () => {
  let [one, other]: TestGateway[] = [];
  const both = () => [one ?? never(), other ?? never()] as const;
  beforeAll(async () => {
    const namespace = testNamespace('cache');
    one = await shop.startCaching({ namespace });
    other = await shop.startCaching({ namespace });
  });
  afterAll(async () => {
    await one?.close();
    await other?.close();
  });

  test('share what either has fetched', async () => {
    const [a, b] = both();
    await priceAt(a, 'p5');
    shop.fetches();
    expect(await priceAt(b, 'p5')).toBe(500);
    expect(shop.fetches()).toBe(0);
  });

  test('fetch once for 2,000 readers of both', async () => {
    const [a, b] = both();
    await changePrice(a, 'p2', 202);
    await eventually(async () => expect(await priceAt(b, 'p2')).toBe(202));
    await changePrice(a, 'p2', 203);
    await eventually(async () => expect(await priceAt(b, 'p3')).toBe(300)); // it is awake
    shop.fetches();
    shop.gate.close();
    expect(await readAtOnce([a, b], priceOf('p2'), 2_000)).toHaveLength(2_000);
    expect(shop.fetches()).toBe(1);
    await changePrice(a, 'p2', 200);
  });

  test('both see a mutation of either: this one at once, the other when it has acknowledged, and never go back', async () => {
    const [a, b] = both();
    for (let round = 1; round <= 20; round++) {
      const [mine, theirs] = round % 2 === 0 ? [a, b] : [b, a];
      await priceAt(theirs);
      await changePrice(mine, 'p1', 1_000 + round);
      expect(await priceAt(mine)).toBe(1_000 + round);
      await eventually(async () => expect(await priceAt(theirs)).toBe(1_000 + round), { everyMs: 1 });
      for (const gateway of [mine, theirs, mine, theirs]) expect(await priceAt(gateway)).toBe(1_000 + round);
    }
    await changePrice(a, 'p1', 100);
  });

  test.each([
    ['an entity', '{ product(id: "p1") { price } }', (price: number) => ({ product: { price } })],
    [
      'a list',
      '{ products(maxPrice: 100) { price } }',
      (price: number) => ({ products: price > 100 ? [] : [{ price }] }),
    ],
  ])(
    'a fetch of %s that was under way when it changed leaves nothing old behind, every time',
    async (_what, query, expected) => {
      const [a, b] = both();
      for (let round = 0; round < 10; round++) {
        const price = 50 + round;
        await changePrice(b, 'p1', price);
        await eventually(async () => expect((await a.post({ query })).body.data).toEqual(expected(price)), {
          everyMs: 1,
        });
        await changePrice(a, 'p1', price); // nothing is kept now
        shop.gate.close();
        const paused = a.post({ query }); // has read the old price, and is held back
        await shop.gate.reached();
        const next = 60 + round;
        await changePrice(a, 'p1', next); // acknowledged by this gateway with the answer
        const late = a.post({ query }); // came after: must not be given what the other fetch has read
        await shop.gate.reached(2);
        shop.gate.open();
        await paused;
        expect((await late).body.data).toEqual(expected(next));
        for (let read = 0; read < 3; read++) expect((await a.post({ query })).body.data).toEqual(expected(next));
      }
      await changePrice(a, 'p1', 100);
    },
  );
});

test('2,000 readers of two gateways fetch once, though both are too busy to follow the tags meanwhile', async () => {
  const namespace = testNamespace('cache');
  const gateways = [await shop.startCaching({ namespace }), await shop.startCaching({ namespace })];
  const stall = (): void => {
    const until = performance.now() + 3_000;
    while (performance.now() < until);
  };
  shop.fetches();
  shop.gate.close();
  const answers = await readAtOnce(gateways, priceOf('p2'), 2_000, stall);
  expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
    new Set(['{"data":{"product":{"price":200}}}']),
  );
  expect(shop.fetches()).toBe(1);
  await Promise.all(gateways.map((gateway) => gateway.close()));
});

test.each([
  ['is served a little longer', 30],
  ['is not served any more', 0],
])('2,000 readers of two gateways fetch once what is too old by its age and %s', async (_what, seconds) => {
  const cache = cacheConfig.parse({ staleWhileRevalidateSeconds: seconds });
  const namespace = testNamespace('cache');
  const gateways = [await shop.startCaching({ namespace, cache }), await shop.startCaching({ namespace, cache })];
  const query = { query: '{ short { name } }' };
  for (const gateway of gateways) await gateway.post(query);
  date.pass(1);
  shop.fetches();
  shop.gate.close();
  const answers = await readAtOnce(gateways, query, 2_000);
  expect(answers).toHaveLength(2_000);
  expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
    new Set(['{"data":{"short":{"name":"Product 1"}}}']),
  );
  expect(shop.fetches()).toBe(1);
  await Promise.all(gateways.map((gateway) => gateway.close()));
});

describe('when Redis fails', () => {
  let redis: TestServer;
  beforeAll(async () => {
    redis = await startTestRedis();
  });
  afterAll(() => redis.remove());

  test('what it has forgotten is believed by nobody, and a gateway that is cut off uses nothing it has', async () => {
    const namespace = testNamespace('cache');
    const a = await shop.startCaching({ namespace, redisUrl: redis.url });
    const b = await shop.startCaching({ namespace, redisUrl: redis.url });
    try {
      expect([await priceAt(a), await priceAt(b)]).toEqual([100, 100]);

      // Cut off: the price changes by the other gateway, or by nobody that we know.
      await redis.kill();
      await changePrice(a, 'p1', 120);
      expect(await priceAt(a)).toBe(120);
      await eventually(async () => expect(await priceAt(b)).toBe(120)); // its lease is over
      shop.fetches();
      await priceAt(b);
      expect(shop.fetches()).toBe(1);

      // Back, without a memory of anything: the old answers are still in the memory of both.
      await redis.start();
      await eventually(async () => {
        await priceAt(b);
        shop.fetches();
        expect(await priceAt(b)).toBe(120);
        expect(shop.fetches()).toBe(0); // it caches again
      });
      expect(await priceAt(a)).toBe(120);
    } finally {
      await changePrice(a, 'p1', 100);
      await a.close();
      await b.close();
    }
  });
});

test('without Redis a gateway caches alone', async () => {
  const gateway = await shop.startCaching({ redisUrl: null });
  expect(await priceAt(gateway)).toBe(100);
  shop.fetches();
  expect(await priceAt(gateway)).toBe(100);
  expect(shop.fetches()).toBe(0);
  await changePrice(gateway, 'p1', 130);
  expect(await priceAt(gateway)).toBe(130);
  await changePrice(gateway, 'p1', 100);
  await gateway.close();
});

test('a supergraph with private hints is refused where nobody knows who asks', async () => {
  await expect(shop.start({ authentication: null, viewerPrivateKey: null })).rejects.toThrow(/Query.me is PRIVATE/);
});

test('nothing is cached when it is switched off', async () => {
  const gateway = await shop.start({ cache: cacheConfig.parse({ enabled: false }) });
  await priceAt(gateway);
  shop.fetches();
  await priceAt(gateway);
  expect(shop.fetches()).toBe(1);
  await gateway.close();
});
