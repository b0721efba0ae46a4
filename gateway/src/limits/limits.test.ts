import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery, parse } from 'graphql';
import { startShop, type Shop } from '../../test/shop.ts';
import { composed, startTestGateway, type TestGateway } from '../../test/startTestGateway.ts';
import { measure } from './measure.ts';

describe('an operation is measured', () => {
  test.each([
    ['fields within fields', '{ a { b { c } } d }', { depth: 3, aliases: 0, rootFields: 2 }],
    [
      'fragments where they are used',
      '{ a { ...F } ...G } fragment F on A { b { c } } fragment G on Q { x y }',
      { depth: 3, aliases: 0, rootFields: 3 },
    ],
    [
      'aliases in fragments as often as they are used',
      '{ a { ...F } b { ...F } } fragment F on A { x: y }',
      { depth: 2, aliases: 2, rootFields: 2 },
    ],
    ['a name that is its own alias not', '{ a: a }', { depth: 1, aliases: 0, rootFields: 1 }],
    ['the largest of several', 'query A { a } query B { b { c } }', { depth: 2, aliases: 0, rootFields: 1 }],
    [
      'fragments that are not there, or in themselves',
      '{ ...F ...X } fragment F on Q { a { ...F } }',
      { depth: 1, aliases: 0, rootFields: 1 },
    ],
  ])('%s', (_name, query, expected) => {
    expect(measure(parse(query))).toEqual(expected);
  });

  test('without what it asks of the schema', () => {
    expect(measure(parse(getIntrospectionQuery())).depth).toBe(1);
  });

  test('in a moment, even if fragments multiply', () => {
    const fragments = Array.from(
      { length: 200 },
      (_, n) => `fragment F${n} on A { x: a { ...F${n + 1} } y: a { ...F${n + 1} } }`,
    );
    expect(measure(parse(`{ ...F0 } ${fragments.join(' ')} fragment F200 on A { a }`)).aliases).toBeGreaterThan(1e60);
  });
});

describe.each(['compiled', 'apollo'] as const)('with engine: %s', (engine) => {
  let shop: Shop;
  let gateway: TestGateway;
  beforeAll(async () => {
    shop = await startShop();
    gateway = await startTestGateway(composed({ accounts: shop.accounts, orders: shop.orders }), {
      engine,
      limits: { bodyBytes: 50_000, tokens: 5_000, depth: 4, aliases: 2, rootFields: 3 },
    });
  });
  afterAll(async () => {
    await gateway.close();
    await shop.close();
  });

  test.each([
    ['depth', '{ orders { customer { orders { customer { id } } } } }', 'OPERATION_TOO_DEEP', 5],
    ['aliases', '{ a: users { id } b: users { id } c: users { id } }', 'OPERATION_TOO_MANY_ALIASES', 3],
    ['root fields', '{ users { id } orders { id } boom secretive }', 'OPERATION_TOO_MANY_ROOT_FIELDS', 4],
  ])('too much %s is a coded error, and nobody is asked', async (_name, query, code, actual) => {
    shop.accounts.requests.length = 0;
    const { status, body } = await gateway.post({ query });
    expect([status, body.errors?.[0]?.extensions]).toEqual([
      400,
      expect.objectContaining({ code, category: 'INVALID', actual }),
    ]);
    expect(shop.accounts.requests).toEqual([]);
  });

  test('what is within the limits is answered', async () => {
    const { body } = await gateway.post({ query: '{ a: orders { customer { orders { id } } } }' });
    expect(body.errors).toBeUndefined();
  });
});

describe('with the compiled engine', () => {
  let shop: Shop;
  let gateway: TestGateway;
  beforeAll(async () => {
    shop = await startShop();
    gateway = await startTestGateway(composed({ accounts: shop.accounts, orders: shop.orders }), {
      engine: 'compiled',
      limits: { tokens: 1_000, bodyBytes: 100_000, batchSize: 2, cost: 100 },
    });
  });
  afterAll(async () => {
    await gateway.close();
    await shop.close();
  });
  const codeOf = async (body: unknown) => (await gateway.post(body)).body.errors?.[0]?.extensions?.['code'];

  test('a document that is too long, or that would fill the stack, is refused by the parser', async () => {
    expect(await codeOf({ query: `{ ${'users { id } '.repeat(500)} }` })).toBe('OPERATION_TOO_MANY_TOKENS');
    const deep = await startTestGateway(composed({ accounts: shop.accounts }), {
      engine: 'compiled',
      limits: { tokens: 1_000_000, bodyBytes: 1_000_000 },
    });
    const { body } = await deep.post({ query: '{a'.repeat(50_000) });
    await deep.close();
    expect(body.errors?.[0]?.extensions?.['code']).toBe('OPERATION_TOO_DEEP');
  });

  test('an operation that could cost too much is refused before anything is fetched', async () => {
    shop.orders.requests.length = 0;
    const { status, body } = await gateway.post({ query: '{ orders { customer { orders { id } } } }' });
    expect([status, body.errors?.[0]?.extensions]).toEqual([
      400,
      { code: 'OPERATION_TOO_EXPENSIVE', category: 'INVALID', cost: 120, limit: 100 },
    ]);
    expect(shop.orders.requests).toEqual([]);
  });

  test('the cost is told on request', async () => {
    const { body } = await gateway.post({ query: '{ orders { id } }' }, { 'x-cost': 'true' });
    expect(body).toEqual({
      data: { orders: [{ id: 'o1' }, { id: 'o2' }] },
      extensions: { cost: { estimated: 10, points: 1, limit: 100 } },
    });
  });

  test('several operations may come at once, but not too many; and without the setting none', async () => {
    const one = { query: '{ users { id } }' };
    const both = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([one, { query: '{ nothing }' }]),
    });
    expect(await both.json()).toEqual([
      { data: { users: [{ id: 'u1' }, { id: 'u2' }] } },
      { errors: [expect.objectContaining({ message: 'Cannot query field "nothing" on type "Query".' })] },
    ]);
    expect(await codeOf([one, one, one])).toBe('BATCH_TOO_LARGE');
    expect(await codeOf([one, 1])).toBe('BAD_REQUEST');
    const single = await startTestGateway(composed({ accounts: shop.accounts }), { engine: 'compiled' });
    const { status, body } = await single.post([one]);
    await single.close();
    expect([status, body.errors?.[0]?.extensions?.['code']]).toEqual([400, 'BAD_REQUEST']);
  });
});
