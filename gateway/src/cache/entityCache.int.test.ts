import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually, startTestRedis, testNamespace } from '@supergraph/testing';
import { startCachingShop, type CachingShop } from '../../test/cachingShop.ts';
import { standingDate } from '../../test/standingDate.ts';
import type { TestConfig, TestGateway } from '../../test/startTestGateway.ts';

let shop: CachingShop;
const date = standingDate();
beforeAll(async () => {
  shop = await startCachingShop('entities');
});
afterAll(() => shop.close());

const start = (count: number, config: TestConfig = {}): Promise<readonly TestGateway[]> => {
  const namespace = testNamespace('entities');
  return Promise.all(Array.from({ length: count }, () => shop.startCaching({ namespace, ...config })));
};

const dataOf = async (
  gateway: TestGateway | undefined,
  query: string,
  variables: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<unknown> => {
  const answer = await gateway?.post({ query, variables }, headers);
  expect(answer?.body.errors).toBeUndefined();
  return answer?.body.data;
};

const changePrice = (gateway: TestGateway | undefined, id: string, price: number) =>
  dataOf(gateway, 'mutation ($id: ID!, $price: Int!) { changePrice(id: $id, price: $price) { id } }', { id, price });

/** The ids that the warehouse was asked about last. */
const askedOfWarehouse = (): unknown[] => {
  const { variables } = shop.subgraphs.warehouse.requests.at(-1) ?? {};
  return ((variables?.['representations'] ?? []) as { id: string }[]).map(({ id }) => id);
};

describe('two gateways', () => {
  let one: TestGateway;
  let other: TestGateway;
  let gateways: readonly TestGateway[];
  beforeAll(async () => {
    gateways = await start(2);
    [one, other] = gateways as [TestGateway, TestGateway];
  });
  afterAll(() => Promise.all(gateways.map((gateway) => gateway.close())));
  afterEach(() => void shop.fetches());

  test('answer another selection of what is known without asking a subgraph', async () => {
    await dataOf(one, 'query ($id: ID!) { product(id: $id) { name price maker { name country } } }', { id: 'p1' });
    shop.fetches();
    expect(await dataOf(one, '{ product(id: "p1") { name } }')).toEqual({ product: { name: 'Product 1' } });
    expect(await dataOf(one, '{ it: product(id: "p1") { cost: price maker { land: country } } }')).toEqual({
      it: { cost: 100, maker: { land: 'NL' } },
    });
    expect(shop.fetches()).toBe(0);
    // And the other one has it from this one.
    expect(await dataOf(other, '{ product(id: "p1") { price } }')).toEqual({ product: { price: 100 } });
    expect(shop.fetches()).toBe(0);
  });

  test('ask for what is not known, and keep it beside what is', async () => {
    await dataOf(one, '{ product(id: "p2") { name } }');
    shop.fetches();
    await dataOf(one, '{ product(id: "p2") { price } }');
    await dataOf(one, '{ product(id: "p2") { maker { name } } }');
    await dataOf(one, '{ product(id: "p2") { maker { country } } }');
    expect(shop.fetches()).toBe(3);
    await dataOf(one, '{ product(id: "p2") { name price maker { name } again: maker { country } } }');
    expect(shop.fetches()).toBe(0);
  });

  test('ask about those of a list that are not known, and about none when all are', async () => {
    await dataOf(one, '{ products(maxPrice: 200) { id stock } }');
    expect(askedOfWarehouse()).toEqual(['p1', 'p2']);
    expect(await dataOf(one, '{ products(maxPrice: 400) { id stock } }')).toEqual({
      products: [1, 2, 3, 4].map((number) => ({ id: `p${number}`, stock: number })),
    });
    expect(askedOfWarehouse()).toEqual(['p3', 'p4']);
    shop.fetches();
    // Of orders nothing may be kept; of the products in them it may.
    for (const gateway of gateways) {
      expect(await dataOf(gateway, '{ orders { items { stock } } }')).toEqual({
        orders: [{ items: [1, 2, 3].map((stock) => ({ stock })) }],
      });
      expect(shop.fetches()).toBe(1);
    }
  });

  test('know entities that came with a list when they are asked for elsewhere', async () => {
    await dataOf(one, '{ things { ... on Product { maker { name } } ... on Gift { note } } }');
    shop.fetches();
    expect(await dataOf(one, '{ things { __typename ... on Gift { note } ... on Product { id } } }')).toEqual({
      things: [
        ...[1, 2, 3, 4, 5].map((number) => ({ __typename: 'Product', id: `p${number}` })),
        { __typename: 'Gift', note: 'a note in en' },
      ],
    });
    expect(shop.fetches()).toBe(0);
  });

  test('keep fields with other arguments, and of other inputs, apart', async () => {
    const place = (unit: string) =>
      dataOf(one, 'query ($unit: String) { product(id: "p5") { place(unit: $unit) } }', { unit });
    expect(await place('ft')).toEqual({ product: { place: 'p5 in ft' } });
    expect(await place('m')).toEqual({ product: { place: 'p5 in m' } });
    expect(await dataOf(one, '{ product(id: "p5") { place a: place(unit: "ft") } }')).toEqual({
      product: { place: 'p5 in m', a: 'p5 in ft' },
    });
    // What a subgraph makes of a price that it is told belongs to that price, whoever changed it.
    expect(await dataOf(one, '{ orders { items { insured } } }')).toEqual({
      orders: [{ items: [200, 400, 600].map((insured) => ({ insured })) }],
    });
    const row = shop.products.get('p2');
    if (row) row.price = 250;
    expect(await dataOf(one, '{ orders { items { cost: price insured } } }')).toEqual({
      orders: [
        {
          items: [
            [100, 200],
            [250, 500],
            [300, 600],
          ].map(([cost, insured]) => ({ cost, insured })),
        },
      ],
    });
    expect(askedOfWarehouse()).toEqual(['p2']);
    await changePrice(one, 'p2', 200);
  });

  test('keep what is private for its viewer, and what depends on permissions for those who have them', async () => {
    const me = async (who: string, query: string) => dataOf(one, query, {}, await shop.tokens.of(who));
    await me('ada', '{ me { id email } }');
    shop.fetches();
    expect(await me('ada', '{ me { email } }')).toEqual({ me: { email: 'ada@example.com' } });
    expect(shop.fetches()).toBe(0);
    expect(await me('bob', '{ me { email } }')).toEqual({ me: { email: 'bob@example.com' } });
    expect(await dataOf(one, '{ me { email } }')).toEqual({ me: null });

    const staff = await shop.tokens.of('eve', ['employee']);
    await dataOf(one, '{ product(id: "p6") { name price } }', {}, staff);
    expect(await dataOf(one, '{ product(id: "p6") { name } }')).toEqual({ product: null });
    shop.fetches();
    const colleague = await shop.tokens.of('fay', ['manager']);
    expect(await dataOf(other, '{ product(id: "p6") { price } }', {}, colleague)).toEqual({ product: { price: 600 } });
    expect(shop.fetches()).toBe(0);
  });

  test('keep nothing without leave: not what has no age, nor what came with errors', async () => {
    await dataOf(one, '{ things { ... on Gift { code secret } } }');
    shop.fetches();
    await dataOf(one, '{ things { ... on Gift { secret } } }');
    expect(shop.fetches()).toBe(1);
    await dataOf(one, '{ uncached { name } }');
    await dataOf(one, '{ uncached { name } }');
    expect(shop.fetches()).toBe(2);
    for (let times = 0; times < 2; times++)
      await one.post({ query: '{ broken { name } product(id: "p4") { maker { name } } }' });
    expect(shop.fetches()).toBe(2);
  });

  test('give no part of an answer longer than it has left', async () => {
    await dataOf(one, '{ product(id: "p3") { name price } }');
    date.pass(1);
    shop.fetches();
    const { headers } = await one.post({ query: '{ product(id: "p3") { price } }' });
    expect(shop.fetches()).toBe(0);
    expect(headers.get('cache-control')).toMatch(/^public, max-age=59,/);
  });

  test('take nothing of what is kept for those who may ask for what is fresh', async () => {
    await dataOf(one, '{ product(id: "p3") { name price } }');
    shop.fetches();
    const ask = async (who: Record<string, string>) =>
      dataOf(one, '{ product(id: "p3") { fresh: name } }', {}, { 'cache-control': 'no-cache', ...who });
    await ask({});
    expect(shop.fetches()).toBe(0);
    await ask(await shop.tokens.of('root', ['admin']));
    expect(shop.fetches()).toBe(1);
  });

  test('forget the fields of an entity, and the lists it may be in, with the mutation that returns it', async () => {
    await dataOf(one, '{ product(id: "p1") { name price } products(maxPrice: 150) { id name price } }');
    await changePrice(one, 'p1', 170);
    expect(await dataOf(one, '{ product(id: "p1") { price } products(maxPrice: 150) { price } }')).toEqual({
      product: { price: 170 },
      products: [],
    });
    await changePrice(one, 'p1', 100);
  });

  test('see what the other changes when they have acknowledged it, and never go back', async () => {
    let names = 0;
    // Each time another selection, so that no whole answer is known.
    const priceAt = async (gateway: TestGateway) => {
      const name = `n${(names += 1)}`;
      const data = (await dataOf(gateway, `{ product(id: "p1") { ${name}: price } }`)) as {
        product: Record<string, number>;
      };
      return data.product[name];
    };
    for (let round = 1; round <= 10; round++) {
      const [mine, theirs] = round % 2 === 0 ? [one, other] : [other, one];
      await priceAt(theirs);
      await changePrice(mine, 'p1', 1_000 + round);
      expect(await priceAt(mine)).toBe(1_000 + round);
      await eventually(async () => expect(await priceAt(theirs)).toBe(1_000 + round), { everyMs: 1 });
      for (const gateway of [mine, theirs]) expect(await priceAt(gateway)).toBe(1_000 + round);
    }
    await changePrice(one, 'p1', 100);
  });

  test.each([
    ['a root field', (name: string) => `{ product(id: "p1") { ${name}: price name } }`],
    ['a list', (name: string) => `{ products(maxPrice: 999) { ${name}: price name } }`],
    ['entities', (name: string) => `{ orders { items { ${name}: stock place } } }`],
  ])('keep nothing old of a fetch of %s that was under way when it changed, every time', async (what, query) => {
    const field = what === 'entities' ? 'stock' : 'price';
    const valueOf = (data: unknown): unknown => {
      const [found] = JSON.stringify(data).match(/(?<="v\d+":)\d+/) ?? [];
      return Number(found);
    };
    const change = async (value: number): Promise<void> => {
      // The stock is changed by the warehouse, and told with the product.
      if (field === 'stock') shop.stock.set('p1', value);
      await changePrice(one, 'p1', field === 'price' ? value : 100);
    };
    let names = 0;
    const ask = async () => valueOf(await dataOf(one, query(`v${(names += 1)}`)));
    for (let round = 0; round < 10; round++) {
      await ask();
      await change(50 + round); // nothing is kept of this one now
      shop.gate.close();
      const paused = ask(); // has read the old value, and is held back
      await shop.gate.reached();
      const next = 70 + round;
      await change(next); // acknowledged with the answer
      // In turns: who comes after waits for nothing that began before, and finds nothing that it left.
      const late = round % 2 === 0 ? ask() : null;
      if (late !== null) await shop.gate.reached(2);
      shop.gate.open();
      expect(await paused).toBe(50 + round);
      if (late !== null) expect(await late).toBe(next);
      for (let read = 0; read < 3; read++) expect(await ask()).toBe(next);
      shop.fetches();
    }
    shop.stock.set('p1', 1);
    await changePrice(one, 'p1', 100);
  });
});

test('what Redis has forgotten is believed by nobody, and a gateway that is cut off uses nothing it has', async () => {
  const redis = await startTestRedis();
  const [a, b] = await start(2, { redisUrl: redis.url });
  let names = 0;
  const pricesAt = (gateway: TestGateway | undefined) => {
    const name = `n${(names += 1)}`;
    return dataOf(gateway, `{ product(id: "p1") { ${name}: price } products(maxPrice: 999) { ${name}: price } }`).then(
      (data) => new Set(JSON.stringify(data).match(/(?<=^{"product":{"n\d+":)\d+|(?<="products":\[{"n\d+":)\d+/g)),
    );
  };
  try {
    for (const gateway of [a, b]) expect(await pricesAt(gateway)).toEqual(new Set(['100']));
    shop.fetches();
    for (const gateway of [a, b]) await pricesAt(gateway);
    expect(shop.fetches()).toBe(0);

    // Cut off: the price changes by the other gateway.
    await redis.kill();
    await changePrice(a, 'p1', 120);
    expect(await pricesAt(a)).toEqual(new Set(['120']));
    await eventually(async () => expect(await pricesAt(b)).toEqual(new Set(['120']))); // its lease is over
    shop.fetches();
    await pricesAt(b);
    expect(shop.fetches()).toBeGreaterThan(0);

    // Back, without a memory of anything: the old values are still in the memory of both.
    await redis.start();
    await eventually(async () => {
      await pricesAt(b);
      shop.fetches();
      expect(await pricesAt(b)).toEqual(new Set(['120']));
      expect(shop.fetches()).toBe(0); // it keeps again
    });
    expect(await pricesAt(a)).toEqual(new Set(['120']));
  } finally {
    await changePrice(a, 'p1', 100);
    await a?.close();
    await b?.close();
    await redis.remove();
  }
});

test('a gateway without Redis keeps entities alone, and none when it is told so', async () => {
  const [alone] = await start(1, { redisUrl: null });
  await dataOf(alone, '{ product(id: "p1") { name price } }');
  shop.fetches();
  await dataOf(alone, '{ product(id: "p1") { name } }');
  expect(shop.fetches()).toBe(0);
  await alone?.close();

  const { cacheConfig } = await import('./cacheConfig.ts');
  const [none] = await start(1, { cache: cacheConfig.parse({ entities: false }) });
  await dataOf(none, '{ product(id: "p1") { name price } }');
  shop.fetches();
  await dataOf(none, '{ product(id: "p1") { name } }');
  expect(shop.fetches()).toBe(1);
  await none?.close();
});
