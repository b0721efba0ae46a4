import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createViewerSigner, viewerHeader, type Principal } from '@supergraph/auth';
import { readConfig } from '@supergraph/config';
import { appendMessages, eventLogMigrations } from '@supergraph/eventsourcing';
import { createKafka, createRelay } from '@supergraph/messaging';
import { createDb, migrate, type Db } from '@supergraph/postgres';
import { createLifecycle, createLogger } from '@supergraph/service-kit';
import {
  createTestDatabase,
  eventually,
  startTestRedis,
  testBackingServices,
  testKeys,
  testNamespace,
  type TestDatabase,
  type TestServer,
} from '@supergraph/testing';
import { z } from 'zod';
import { environment } from './config.ts';
import { demoCatalogue } from './demo/loadDemoCatalogue.ts';
import { availableOf, type Product } from './domain/product.ts';
import { startProducts } from './service.ts';

const log = createLogger({ service: 'products test', level: 'silent' });
const namespace = testNamespace('products');
const signer = createViewerSigner({ privateKey: testKeys().viewerPrivateKey });
const lifecycle = createLifecycle({ log });

let databases: { products: TestDatabase; orders: TestDatabase };
let redis: TestServer;
let url: string;
let db: Db;
/** Orders as products knows it: a log of events and its relay. */
let orders: Db;

beforeAll(async () => {
  databases = { products: await createTestDatabase('products'), orders: await createTestDatabase('products-orders') };
  redis = await startTestRedis();
  const { kafkaBrokers } = testBackingServices();
  const config = readConfig(environment, {
    DATABASE_URL_PRODUCTS: databases.products.url,
    REDIS_URL: redis.url,
    KAFKA_BROKERS: kafkaBrokers,
    NAMESPACE: namespace,
    VIEWER_PUBLIC_KEY: testKeys().viewerPublicKey,
    DEMO_DATA: 'true',
    LOG_LEVEL: 'silent',
    PORT_PRODUCTS: '0',
    METRICS_PORT_PRODUCTS: '0',
  });
  ({ url, db } = await startProducts(config, lifecycle));

  await migrate({ url: databases.orders.url, migrations: [eventLogMigrations], log });
  orders = createDb({ url: databases.orders.url, applicationName: 'orders test', log });
  const kafka = createKafka({ brokers: kafkaBrokers.split(','), clientId: 'orders-test', namespace, log });
  const relay = createRelay({ url: databases.orders.url, db: orders, kafka, log });
  relay.start();
  lifecycle.onClose('orders', orders.close);
  lifecycle.onClose('orders relay', relay.stop);
});

afterAll(async () => {
  await lifecycle.close();
  await redis.remove();
  await databases.products.drop();
  await databases.orders.drop();
});

const anonymous: Principal = { kind: 'anonymous' };
const person = (nn: string, ...roles: Extract<Principal, { kind: 'user' }>['roles']): Principal => ({
  kind: 'user',
  id: `00000000-0000-4000-8000-0000000000${nn}`,
  roles,
  scopes: null,
});
const customer = person('05', 'customer');
const employee = person('04', 'employee');
const manager = person('03', 'manager');
const partner: Principal = { kind: 'client', id: 'partner', scopes: ['product:read'] };
const stockPartner: Principal = { kind: 'client', id: 'stock-partner', scopes: ['product:write'] };
const narrowed: Principal = { kind: 'user', id: 'u', roles: ['manager'], scopes: ['order:read'] };

const answerSchema = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(z.object({ message: z.string(), extensions: z.looseObject({ code: z.string() }) })).default([]),
});

/** What a request answered: its data, and the codes of its errors. */
const ask = async (viewer: Principal, query: string, variables: object = {}) => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [viewerHeader]: await signer.sign(viewer, 'products') },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = answerSchema.parse(await response.json());
  return { data: data ?? null, codes: errors.map(({ extensions }) => extensions.code) };
};

const entities = (viewer: Principal, representations: readonly object[], fields: string) =>
  ask(
    viewer,
    `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Product { ${fields} } } }`,
    { representations: representations.map((key) => ({ __typename: 'Product', ...key })) },
  );

const pageSchema = z.object({
  products: z.object({
    edges: z.array(z.object({ cursor: z.string(), node: z.object({ sku: z.string() }) })),
    pageInfo: z.object({ hasNextPage: z.boolean(), hasPreviousPage: z.boolean(), endCursor: z.string().nullable() }),
  }),
});

const page = async (variables: object, viewer: Principal = anonymous) => {
  const { data, codes } = await ask(
    viewer,
    `query ($filter: ProductFilter, $sort: ProductSort, $first: Int, $after: String) {
       products(filter: $filter, sort: $sort, first: $first, after: $after) {
         edges { cursor node { sku } } pageInfo { hasNextPage hasPreviousPage endCursor } } }`,
    variables,
  );
  expect(codes).toEqual([]);
  return pageSchema.parse(data).products;
};

/** The skus of a whole list, read page by page. */
const list = async (variables: object, viewer: Principal = anonymous): Promise<readonly string[]> => {
  const skus: string[] = [];
  let after: string | null = null;
  for (;;) {
    const { edges, pageInfo } = await page({ ...variables, after }, viewer);
    skus.push(...edges.map(({ node }) => node.sku));
    if (!pageInfo.hasNextPage) return skus;
    after = pageInfo.endCursor;
  }
};

const demo = demoCatalogue('2026-11-23T09:30:00.000Z');
const onSale = demo.filter(({ active }) => active);
const retired = demo.filter(({ active }) => !active);
const skusOf = (products: readonly Product[]): readonly string[] => products.map(({ sku }) => sku);
const named = (sku: string): Product => {
  const found = demo.find((product) => product.sku === sku);
  if (found === undefined) throw new Error(`${sku} is not in the demo.`);
  return found;
};
const eventsOf = (id: string): Promise<readonly Record<string, unknown>[]> =>
  db.query(
    'SELECT event_type AS type, aggregate_version AS version, data FROM events WHERE aggregate_id = $1 ORDER BY seq',
    [id],
  );
const eventCount = async (): Promise<number> => (await db.query('SELECT 1 FROM events')).length;

describe('the catalogue', () => {
  const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  const nameOf = ({ name, id }: Product): string => `${name.toLowerCase()}\0${id}`;
  test.each<[string, (a: Product, b: Product) => number]>([
    ['NAME', (a, b) => text(nameOf(a), nameOf(b))],
    ['PRICE_ASC', (a, b) => a.price.amount - b.price.amount || text(a.id, b.id)],
    ['PRICE_DESC', (a, b) => b.price.amount - a.price.amount || text(b.id, a.id)],
    ['NEWEST', (a, b) => text(b.id, a.id)],
    ['RELEVANCE', (a, b) => text(b.id, a.id)],
  ])('by %s, its pages hold every product on sale once and in order', async (sort, order) => {
    expect(await list({ sort, first: 7 })).toEqual(skusOf(onSale.toSorted(order)));
  });

  test('a search by relevance comes complete and without duplicates, page by page', async () => {
    const all = await list({ filter: { search: 'light' }, first: 100 });
    expect(all.length).toBeGreaterThan(10);
    expect(await list({ filter: { search: 'light' }, sort: 'RELEVANCE', first: 3 })).toEqual(all);
    expect(new Set(all).size).toBe(all.length);
  });

  test('what is added between two pages shifts nothing', async () => {
    const first = await page({ sort: 'NAME', first: 5 });
    const sku = `A-${randomUUID().slice(0, 8).toUpperCase()}`;
    await create(employee, { sku, name: 'AAA the first by name', active: true });
    const second = await page({ sort: 'NAME', first: 5, after: first.pageInfo.endCursor });
    const skus = [...first.edges, ...second.edges].map(({ node }) => node.sku);
    expect(new Set(skus).size).toBe(10);
    expect(second.pageInfo.hasPreviousPage).toBe(true);
    await ask(employee, `mutation ($id: ID!) { updateProduct(input: { id: $id, active: false }) { product { id } } }`, {
      id: await idOf(sku),
    });
  });

  test.each([
    ['an unfinished word, in names and descriptions', 'espress', ['Espresso', 'Burr Coffee Grinder']],
    ['several words, the last one unfinished', 'noise cancelling earb', ['Noise-Cancelling']],
    ['a word of the description, in another form', 'trains voices', ['Noise-Cancelling']],
    ['a phrase', '"standing in ten seconds"', ['Height-Adjustable Desk']],
    ['a choice', 'trackball or soundbar', ['Trackball', 'Soundbar']],
    ['a hyphenated word', 'over-ear', ['Over-Ear']],
  ])('is searched by %s', async (_, search, kinds) => {
    const expected = onSale.filter(({ name }) => kinds.some((kind) => name.includes(kind)));
    expect([...(await list({ filter: { search } }))].toSorted()).toEqual(skusOf(expected).toSorted());
  });

  test('a sku is found by itself and by its beginning', async () => {
    expect(await list({ filter: { search: 'SKU-0042' } })).toEqual(['SKU-0042']);
    expect(await list({ filter: { search: 'SKU-004' } })).toHaveLength(10); // 0040 to 0049
  });

  test('a match in the name comes before one in the description', async () => {
    const skus = await list({ filter: { search: 'backpack' }, first: 100 });
    const inName = skus.map((sku) => named(sku).name.includes('Backpack'));
    expect(inName).toContain(false);
    expect(inName.indexOf(false)).toBeGreaterThan(inName.lastIndexOf(true));
  });

  test.each(['-lamp', '"', "';--", '& | !', ':*', '\\', 'the', '\0'])(
    'any text can be searched for: %j',
    async (search) => {
      await list({ filter: { search }, first: 100 });
    },
  );

  test('a word is excluded by a minus', async () => {
    const skus = await list({ filter: { search: 'charger -car' }, first: 100 });
    expect(skus.length).toBeGreaterThan(0);
    expect(skus.some((sku) => named(sku).name.includes('Car Charger'))).toBe(false);
  });

  test.each<[string, object, (product: Product) => boolean]>([
    ['a shelf', { category: 'pens' }, ({ categorySlug }) => categorySlug === 'pens'],
    ['a department', { category: 'audio' }, (p) => ['headphones', 'earbuds', 'speakers'].includes(p.categorySlug)],
    ['no category at all', { category: "x' OR true" }, () => false],
    [
      'a range of prices, both ends included',
      { price: { min: 5900, max: 7900, currency: 'EUR' } },
      ({ price }) => price.amount >= 5900 && price.amount <= 7900,
    ],
    ['another currency', { price: { currency: 'USD' } }, () => false],
    ['what is in stock', { inStock: true }, (product) => availableOf(product) > 0],
    ['what is sold out', { inStock: false }, (product) => availableOf(product) === 0],
    [
      'all of it together',
      { category: 'electronics', price: { max: 5000, currency: 'EUR' }, inStock: true, search: 'cable' },
      ({ categorySlug, price, ...stock }) =>
        categorySlug === 'cables' && price.amount <= 5000 && availableOf(stock) > 0,
    ],
  ])('is filtered by %s', async (_, filter, matches) => {
    const skus = await list({ filter, first: 50 });
    expect(skus.filter((sku) => sku.startsWith('SKU-')).toSorted()).toEqual(skusOf(onSale.filter(matches)).toSorted());
  });

  test.each([
    ['PAGE_SIZE_OUT_OF_RANGE', '(first: 0)'],
    ['PAGE_SIZE_OUT_OF_RANGE', '(first: 101)'],
    ['CURSOR_INVALID', '(after: "nonsense")'],
    ['CURSOR_INVALID', `(sort: PRICE_ASC, after: "${Buffer.from('["PRICE_ASC","x","y"]').toString('base64url')}")`],
    ['BAD_USER_INPUT', `(filter: { search: "${'x'.repeat(201)}" })`],
  ])('answers %s to %s', async (code, args) => {
    expect(await ask(anonymous, `{ products${args} { edges { cursor } } }`)).toMatchObject({ codes: [code] });
  });

  test('a cursor of another order is refused', async () => {
    const { pageInfo } = await page({ sort: 'NAME', first: 1 });
    const query = `query ($after: String) { products(sort: PRICE_ASC, after: $after) { edges { cursor } } }`;
    expect(await ask(anonymous, query, { after: pageInfo.endCursor })).toMatchObject({ codes: ['CURSOR_INVALID'] });
  });

  test('a product is found by id or by sku, and by nothing else', async () => {
    const { id, sku, name } = named('SKU-0001');
    expect((await ask(anonymous, `{ product(id: "${id}") { sku name } }`)).data).toEqual({ product: { sku, name } });
    expect((await ask(anonymous, `{ product(sku: "${sku}") { id } }`)).data).toEqual({ product: { id } });
    expect(await ask(anonymous, `{ product(id: "nobody") { id } }`)).toEqual({ data: { product: null }, codes: [] });
    expect(await ask(anonymous, `{ product(sku: "sku 1") { id } }`)).toEqual({ data: { product: null }, codes: [] });
    expect((await ask(anonymous, `{ product { id } }`)).codes).toEqual(['BAD_USER_INPUT']);
    expect((await ask(anonymous, `{ product(id: "${id}", sku: "${sku}") { id } }`)).codes).toEqual(['BAD_USER_INPUT']);
  });

  test('a category knows its way up and down', async () => {
    const query = `{ category(slug: "audio") { path parent { slug } children { slug } ancestors { slug } } categories { slug } }`;
    expect((await ask(anonymous, query)).data).toEqual({
      category: {
        path: 'electronics/audio',
        parent: { slug: 'electronics' },
        children: [{ slug: 'earbuds' }, { slug: 'headphones' }, { slug: 'speakers' }],
        ancestors: [{ slug: 'electronics' }],
      },
      categories: [{ slug: 'electronics' }, { slug: 'home' }, { slug: 'leisure' }, { slug: 'outdoors' }],
    });
  });
});

describe('a request', () => {
  /** The relay and the consumers look into the database as well; they can only add to a count. */
  const leastStatements = async (work: () => Promise<unknown>): Promise<number> => {
    const counts: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const before = db.statements();
      await work();
      counts.push(db.statements() - before);
    }
    return Math.min(...counts);
  };

  test('for fifty references by either key costs a statement for each key and one for the categories', async () => {
    const fields = 'id sku name price { amount } stock inStock category { name ancestors { name } }';
    const byId = onSale.slice(0, 25).map(({ id }) => ({ id }));
    const bySku = onSale.slice(25, 50).map(({ sku }) => ({ sku }));
    const cost = await leastStatements(async () => {
      const { data, codes } = await entities(anonymous, [...byId, ...bySku], fields);
      expect(codes).toEqual([]);
      expect(data?.['_entities']).toMatchObject(onSale.slice(0, 50).map(({ id, sku }) => ({ id, sku })));
    });
    expect(cost).toBe(3);
  });

  test('for a page of a hundred products costs two statements', async () => {
    const query = '{ products(first: 100) { edges { node { id stock category { name parent { name } } } } } }';
    expect(await leastStatements(() => ask(anonymous, query))).toBe(2);
  });
});

const create = (viewer: Principal, input: object) =>
  ask(
    viewer,
    `mutation ($input: CreateProductInput!) {
       createProduct(input: $input) { product { sku name stock active category { slug } inventory { onHand reserved } } } }`,
    { input: { category: 'pens', price: { amount: 500, currency: 'EUR' }, ...input } },
  );
const idOf = async (sku: string): Promise<string> =>
  (await db.query<{ id: string }>('SELECT id FROM products WHERE sku = $1', [sku]))[0]?.id ?? '';

/** A product of its own for a test. */
const newProduct = async (stock = 0): Promise<Readonly<{ id: string; sku: string }>> => {
  const sku = `T-${randomUUID().toUpperCase()}`;
  expect((await create(employee, { sku, name: 'A thing to test with', stock })).codes).toEqual([]);
  return { id: await idOf(sku), sku };
};

const changePrice = (viewer: Principal, id: string, amount: number) =>
  ask(
    viewer,
    `mutation ($id: ID!, $amount: Int!) { changePrice(input: { id: $id, price: { amount: $amount, currency: "EUR" } })
       { product { price { amount } } } }`,
    { id, amount },
  );

const adjust = (viewer: Principal, id: string, delta: number, idempotencyKey: string, reason = 'delivery') =>
  ask(viewer, `mutation ($input: AdjustStockInput!) { adjustStock(input: $input) { product { stock } } }`, {
    input: { id, delta, reason, idempotencyKey },
  });

describe('staff', () => {
  test('add a product, and the world is told with all that a copy needs', async () => {
    const sku = `NEW-${randomUUID().slice(0, 8).toUpperCase()}`;
    const { data } = await create(employee, { sku, name: '  Dip Pen ', stock: 4 });
    expect(data).toEqual({
      createProduct: {
        product: {
          sku,
          name: 'Dip Pen',
          stock: 4,
          active: true,
          category: { slug: 'pens' },
          inventory: { onHand: 4, reserved: 0 },
        },
      },
    });
    const price = { amount: 500, currency: 'EUR' };
    expect(await eventsOf(await idOf(sku))).toMatchObject([
      { type: 'ProductCreated', version: 1, data: { sku, name: 'Dip Pen', price, active: true, onHand: 4 } },
    ]);
    expect((await create(employee, { sku, name: 'Another' })).codes).toEqual(['SKU_TAKEN']);
  });

  test('cannot put a product on a shelf that is not there', async () => {
    const before = await eventCount();
    expect((await create(employee, { sku: 'X-1', name: 'X', category: 'nowhere' })).codes).toEqual([
      'CATEGORY_NOT_FOUND',
    ]);
    expect(await eventCount()).toBe(before);
  });

  test('build the tree before they fill it', async () => {
    const query = `mutation ($slug: String!, $parent: String) {
      createCategory(input: { slug: $slug, name: "Ink", parent: $parent }) { category { path ancestors { slug } } } }`;
    const ink = {
      category: { path: 'leisure/stationery/ink', ancestors: [{ slug: 'leisure' }, { slug: 'stationery' }] },
    };
    const variables = { slug: 'ink', parent: 'stationery' };
    expect((await ask(employee, query, variables)).data).toEqual({ createCategory: ink });
    expect((await ask(employee, query, variables)).codes).toEqual(['SLUG_TAKEN']);
    expect((await ask(employee, query, { slug: 'x', parent: 'nowhere' })).codes).toEqual(['CATEGORY_NOT_FOUND']);
  });

  test('change what they name and nothing else, and a change that changes nothing is no event', async () => {
    const { id } = await newProduct();
    const query = `mutation ($id: ID!) { updateProduct(input: { id: $id, category: "knives" })
      { product { name active category { slug } } } }`;
    const after = { product: { name: 'A thing to test with', active: true, category: { slug: 'knives' } } };
    expect((await ask(manager, query, { id })).data).toEqual({ updateProduct: after });
    expect((await ask(manager, query, { id })).data).toEqual({ updateProduct: after });
    expect(await eventsOf(id)).toMatchObject([
      { type: 'ProductCreated', version: 1 },
      { type: 'ProductUpdated', version: 2, data: { categorySlug: 'knives' } },
    ]);
  });

  test('change a price, and the event carries what orders copy', async () => {
    const { id, sku } = await newProduct();
    expect((await changePrice(stockPartner, id, 777)).data).toEqual({
      changePrice: { product: { price: { amount: 777 } } },
    });
    const [, event] = await eventsOf(id);
    expect(event).toMatchObject({
      type: 'ProductPriceChanged',
      version: 2,
      data: { sku, active: true, price: { amount: 777 }, previousPrice: { amount: 500 } },
    });
  });

  test('a price whose event cannot be written is not changed', async () => {
    const { id } = await newProduct();
    await db.query(
      `INSERT INTO events (event_id, topic, message_key, aggregate_type, aggregate_id, aggregate_version, event_type,
                           data, metadata)
       SELECT gen_random_uuid(), topic, message_key, aggregate_type, aggregate_id, 2, 'Foreign', '{}', metadata
         FROM events WHERE aggregate_id = $1`,
      [id],
    );
    expect((await changePrice(employee, id, 777)).codes).toEqual(['VERSION_CONFLICT']);
    expect(await db.query('SELECT price_amount, version FROM products WHERE id = $1', [id])).toEqual([
      { price_amount: 500, version: 1 },
    ]);
  });

  test('adjust the stock once, however often the request is sent', async () => {
    const { id } = await newProduct(10);
    const answers = await Promise.all([1, 2, 3].map(() => adjust(employee, id, -4, 'key-1')));
    for (const answer of answers) expect(answer.data).toEqual({ adjustStock: { product: { stock: 6 } } });
    expect(await eventsOf(id)).toMatchObject([
      { type: 'ProductCreated' },
      { type: 'ProductStockChanged', version: 2, data: { onHand: 6, delta: -4, reason: 'ADJUSTED' } },
    ]);
  });

  test('cannot use an idempotency key for another adjustment; another viewer can', async () => {
    const { id } = await newProduct(10);
    const other = await newProduct(10);
    await adjust(employee, id, 1, 'key-2');
    expect((await adjust(employee, id, 2, 'key-2')).codes).toEqual(['IDEMPOTENCY_KEY_REUSED']);
    expect((await adjust(employee, id, 1, 'key-2', 'count')).codes).toEqual(['IDEMPOTENCY_KEY_REUSED']);
    expect((await adjust(employee, other.id, 1, 'key-2')).codes).toEqual(['IDEMPOTENCY_KEY_REUSED']);
    expect((await adjust(manager, id, 2, 'key-2')).data).toEqual({ adjustStock: { product: { stock: 13 } } });
  });

  test('cannot take out what orders hold back, and a refused key can be used again', async () => {
    const { id } = await newProduct(3);
    expect((await adjust(employee, id, -4, 'key-3')).codes).toEqual(['STOCK_NEGATIVE']);
    expect((await adjust(employee, id, -3, 'key-3')).data).toEqual({ adjustStock: { product: { stock: 0 } } });
  });

  test('are told of a product that is not there', async () => {
    for (const id of [randomUUID(), 'nobody']) {
      expect((await changePrice(employee, id, 1)).codes).toEqual(['PRODUCT_NOT_FOUND']);
      expect((await adjust(employee, id, 1, 'key-4')).codes).toEqual(['PRODUCT_NOT_FOUND']);
    }
  });
});

describe('who may do what', () => {
  const id = named('SKU-0002').id;
  const mutations = {
    createProduct: `createProduct(input: { sku: "NO", name: "No", category: "pens", price: { amount: 1, currency: "EUR" } }) { product { id } }`,
    updateProduct: `updateProduct(input: { id: "${id}", name: "Mine" }) { product { id } }`,
    changePrice: `changePrice(input: { id: "${id}", price: { amount: 1, currency: "EUR" } }) { product { id } }`,
    adjustStock: `adjustStock(input: { id: "${id}", delta: 5, reason: "mine", idempotencyKey: "k" }) { product { id } }`,
    createCategory: `createCategory(input: { slug: "no", name: "No" }) { category { slug } }`,
  };
  const refused: [string, Principal, string][] = [
    ['nobody', anonymous, 'UNAUTHENTICATED'],
    ['a customer', customer, 'FORBIDDEN'],
    ["a partner without the right's scope", partner, 'FORBIDDEN'],
    ['a manager whose token is narrower', narrowed, 'FORBIDDEN'],
  ];

  test.each(
    refused.flatMap(([who, viewer, code]) => Object.keys(mutations).map((name) => [who, name, code, viewer] as const)),
  )('%s gets no further than the door of %s: %s', async (_, name, code, viewer) => {
    const state = 'SELECT name, price_amount, on_hand FROM products WHERE id = $1';
    const [events, before] = [await eventCount(), await db.query(state, [id])];
    const mutation = z
      .enum(['createProduct', 'updateProduct', 'changePrice', 'adjustStock', 'createCategory'])
      .parse(name);
    expect(await ask(viewer, `mutation { ${mutations[mutation]} }`)).toEqual({ data: null, codes: [code] });
    expect(await eventCount()).toBe(events);
    expect(await db.query(state, [id])).toEqual(before);
  });

  const [inactive] = retired;
  const roads: [string, (viewer: Principal) => Promise<unknown>][] = [
    [
      'product(id)',
      async (viewer) => (await ask(viewer, `{ product(id: "${inactive?.id}") { sku } }`)).data?.['product'],
    ],
    [
      'product(sku)',
      async (viewer) => (await ask(viewer, `{ product(sku: "${inactive?.sku}") { sku } }`)).data?.['product'],
    ],
    [
      '_entities by id',
      async (viewer) =>
        z.array(z.unknown()).parse((await entities(viewer, [{ id: inactive?.id }], 'sku')).data?.['_entities'])[0],
    ],
    [
      '_entities by sku',
      async (viewer) =>
        z.array(z.unknown()).parse((await entities(viewer, [{ sku: inactive?.sku }], 'sku')).data?.['_entities'])[0],
    ],
    [
      'products',
      async (viewer) => {
        const skus = await list({ filter: { search: inactive?.sku, active: null } }, viewer);
        return skus[0] === undefined ? null : { sku: skus[0] };
      },
    ],
  ];

  test.each(roads)(
    'what is not on sale is hidden on the road %s, but for those who write products',
    async (_, road) => {
      for (const viewer of [anonymous, customer, partner, narrowed]) expect(await road(viewer)).toBeNull();
      for (const viewer of [employee, manager, stockPartner])
        expect(await road(viewer)).toEqual({ sku: inactive?.sku });
    },
  );

  test('staff can list exactly what is not on sale; everybody else finds nothing there', async () => {
    const filter = { active: false };
    expect((await list({ filter }, employee)).filter((sku) => sku.startsWith('SKU-')).toSorted()).toEqual(
      skusOf(retired),
    );
    expect(await list({ filter }, customer)).toEqual([]);
  });

  test('the inventory is for those who write products, on every road', async () => {
    const query = `{ product(id: "${id}") { stock inventory { onHand } } }`;
    expect(await ask(customer, query)).toMatchObject({ data: { product: { inventory: null } }, codes: ['FORBIDDEN'] });
    expect(await entities(anonymous, [{ id }], 'inventory { onHand }')).toMatchObject({ codes: ['UNAUTHENTICATED'] });
    expect(await ask(employee, query)).toMatchObject({
      data: { product: { inventory: { onHand: expect.any(Number) } } },
      codes: [],
    });
  });

  test('a request without a viewer, or with that of another subgraph, answers nothing', async () => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ query: '{ categories { slug } }' });
    const bare = await fetch(url, { method: 'POST', headers, body });
    expect(await bare.json()).toMatchObject({ errors: [{ extensions: { code: 'VIEWER_REQUIRED' } }] });
    const foreign = { ...headers, [viewerHeader]: await signer.sign(employee, 'orders') };
    const other = await fetch(url, { method: 'POST', headers: foreign, body });
    expect(await other.json()).toMatchObject({ errors: [{ extensions: { code: 'VIEWER_INVALID' } }] });
  });
});

describe('through Kafka and Redis', () => {
  const customerId = '00000000-0000-4000-8000-000000000005';
  const at = new Date().toISOString();
  const publish = async (orderId: string, aggregateVersion: number, type: string, data: object): Promise<void> => {
    const message = { topic: 'order-events', aggregateType: 'Order', aggregateId: orderId, aggregateVersion, type };
    const cause = { userId: customerId, correlationId: orderId, causationId: null };
    await orders.transaction((tx) =>
      appendMessages(tx, [{ ...message, data: { orderId, paymentId: 'p', ...data, at }, customerId }], cause),
    );
  };
  const place = (orderId: string, productId: string, quantity: number): Promise<void> => {
    const price = { amount: 500, currency: 'EUR' };
    const items = [{ productId, sku: 'X', name: 'X', quantity, unitPrice: price }];
    return publish(orderId, 1, 'OrderPlaced', { customerId, items, total: price, shippingAddressId: null });
  };
  const stockOf = async (id: string): Promise<unknown> =>
    (await ask(anonymous, `{ product(id: "${id}") { stock inStock } }`)).data?.['product'];
  const trending = async (): Promise<readonly string[]> => {
    const { data, codes } = await ask(anonymous, '{ trendingProducts(first: 5) { sku } }');
    expect(codes).toEqual([]);
    const products = z.array(z.object({ sku: z.string() })).parse(data?.['trendingProducts']);
    return products.map(({ sku }) => sku);
  };

  test('everything that was written reaches the topic', async () => {
    await eventually(async () => {
      const [state] = await db.query('SELECT last_position - published_position AS left FROM relay_state');
      expect(state).toEqual({ left: 0 });
    });
  });

  test('an order takes the last pieces, the next one is refused, and cancelling gives them back', async () => {
    const { id } = await newProduct(2);
    const [first, second] = [randomUUID(), randomUUID()];
    await place(first, id, 2);
    await eventually(async () => expect(await stockOf(id)).toEqual({ stock: 0, inStock: false }));
    await place(second, id, 1);
    await eventually(async () =>
      expect(await eventsOf(second)).toMatchObject([
        { type: 'StockRejected', data: { unavailable: [{ productId: id, requested: 1, available: 0 }] } },
      ]),
    );
    await publish(first, 2, 'OrderCancelled', { reason: 'CUSTOMER_REQUEST', by: customerId });
    await eventually(async () => expect(await stockOf(id)).toEqual({ stock: 2, inStock: true }));
    expect(await eventsOf(first)).toMatchObject([{ type: 'StockReserved' }, { type: 'StockReleased' }]);
  });

  test('what a reaction writes names its order, its customer and its cause', async () => {
    const { id } = await newProduct(1);
    const orderId = randomUUID();
    await place(orderId, id, 1);
    const [cause] = await orders.query('SELECT event_id FROM events WHERE aggregate_id = $1', [orderId]);
    await eventually(async () =>
      expect(
        await db.query(
          `SELECT topic, message_key, customer_id, metadata->>'causationId' AS causation,
                  metadata->>'correlationId' AS correlation
             FROM events WHERE aggregate_type = 'StockReservation' AND aggregate_id = $1`,
          [orderId],
        ),
      ).toEqual([
        {
          topic: 'product-events',
          message_key: orderId,
          customer_id: customerId,
          causation: cause?.['event_id'],
          correlation: orderId,
        },
      ]),
    );
  });

  test('what is ordered most trends, the rest are the newest on sale', async () => {
    const { id, sku } = await newProduct(1_000);
    const newest = await newProduct();
    // A count that Redis does not take in time is lost: it is a hint.
    await eventually(
      async () => {
        await place(randomUUID(), id, 900);
        expect((await trending())[0]).toBe(sku);
      },
      { everyMs: 1_000 },
    );
    expect(await trending()).toContain(newest.sku);
    expect(await trending()).toHaveLength(5);
    await ask(employee, `mutation { updateProduct(input: { id: "${id}", active: false }) { product { id } } }`);
    expect(await trending()).not.toContain(sku);
  });

  test('without Redis stock is reserved as before, and what trends are the newest', async () => {
    await redis.stop();
    const { id, sku } = await newProduct(3);
    expect((await trending())[0]).toBe(sku);
    await place(randomUUID(), id, 3);
    await eventually(async () => expect(await stockOf(id)).toEqual({ stock: 0, inStock: false }));
    await redis.start();
    const popular = await newProduct(5_000);
    await eventually(async () => {
      await place(randomUUID(), popular.id, 4_000);
      expect((await trending())[0]).toBe(popular.sku);
    });
  });
});
