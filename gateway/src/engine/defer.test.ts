import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { request, type IncomingMessage } from 'node:http';
import { differentialConfig } from '../../test/differential/config.ts';
import { createFederation } from '../../test/differential/createFederation.ts';
import { startEngine } from '../../test/differential/engines.ts';
import { findDeferDifferences } from '../../test/differential/findDeferDifferences.ts';
import { described } from '../../test/differential/findDifferences.ts';
import { supergraphs } from '../../test/differential/schemas.ts';
import { startFakeSubgraph, type FakeSubgraph } from '../../test/fakeSubgraph.ts';
import { cacheConfig } from '../cache/cacheConfig.ts';
import { composed, startTestGateway, until, type TestGateway } from '../../test/startTestGateway.ts';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
const inParts = 'multipart/mixed;deferSpec=20220824, application/json';

let products: FakeSubgraph;
let reviews: FakeSubgraph;
let gateway: TestGateway;
/** What reviews waits for before it answers. */
let gate: Promise<void> = Promise.resolve();

beforeAll(async () => {
  const all = [
    { id: '1', name: 'Table' },
    { id: '2', name: 'Chair' },
  ];
  products = await startFakeSubgraph(
    `${link} type Query { product: Product  products: [Product!] }  type Mutation { rename(name: String!): Product }
    type Product @key(fields: "id") { id: ID!  name: String  slow: String }`,
    {
      Query: { product: () => all[0], products: () => all },
      Mutation: { rename: (_: unknown, { name }: { name: string }) => ({ ...all[0], name }) },
      Product: { __resolveReference: ({ id }: { id: string }) => all.find((one) => one.id === id), slow: () => 'slow' },
    },
  );
  reviews = await startFakeSubgraph(
    `${link} type Product @key(fields: "id") { id: ID!  texts: [String!]  rating: Int!  broken: String }`,
    {
      Product: {
        __resolveReference: async (reference: object) => {
          await gate;
          return reference;
        },
        texts: ({ id }: { id: string }) => [`good ${id}`],
        rating: () => null,
        broken: () => {
          throw new Error('broken');
        },
      },
    },
  );
  const cache = cacheConfig.parse({ enabled: false });
  gateway = await startTestGateway(composed({ products, reviews }), { engine: 'compiled', cache });
});
afterEach(() => {
  gate = Promise.resolve();
});
afterAll(async () => {
  await gateway.close();
  await Promise.all([products.close(), reviews.close()]);
});

const send = (query: string, variables: object = {}, accept = inParts, to = gateway): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const client = request(
      `${to.url}/graphql`,
      { method: 'POST', agent: false, headers: { 'content-type': 'application/json', accept } },
      resolve,
    );
    client.on('error', reject);
    client.end(JSON.stringify({ query, variables }));
  });

const textOf = async (response: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return text;
};

const partsOf = async (...sent: Parameters<typeof send>): Promise<unknown[]> =>
  (await textOf(await send(...sent)))
    .split('\r\n---')
    .flatMap((part) => (part.includes('\r\n\r\n') ? [JSON.parse(part.split('\r\n\r\n')[1] ?? '')] : []) as unknown[]);

describe('an answer in parts', () => {
  test('is multipart/mixed, byte for byte what Apollo Client reads', async () => {
    const response = await send('{ product { name ... @defer(label: "later") { texts } } }');
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toBe('multipart/mixed; boundary="-"; deferSpec=20220824');
    expect(await textOf(response)).toBe(
      [
        '',
        '---',
        'content-type: application/json; charset=utf-8',
        '',
        '{"data":{"product":{"name":"Table"}},"hasNext":true}',
        '---',
        'content-type: application/json; charset=utf-8',
        '',
        '{"hasNext":false,"incremental":[{"data":{"texts":["good 1"]},"path":["product"],"label":"later"}]}',
        '-----',
        '',
      ].join('\r\n'),
    );
  });

  test('begins before what is deferred is there', async () => {
    let open = () => {};
    gate = new Promise((resolve) => {
      open = resolve;
    });
    const response = await send('{ product { name ... @defer { texts } } }');
    const first = await new Promise<string>((resolve) => response.once('data', (chunk) => resolve(String(chunk))));
    expect(first).toContain('"hasNext":true');
    expect(first).not.toContain('good');
    open();
    expect(await textOf(response)).toContain('good 1');
  });

  test('has a part for each object that a fragment applies to', async () => {
    expect(await partsOf('{ products { ...T @defer(label: "t") } } fragment T on Product { t: texts }')).toEqual([
      { data: { products: [{}, {}] }, hasNext: true },
      {
        hasNext: false,
        incremental: [
          { data: { t: ['good 1'] }, path: ['products', 0], label: 't' },
          { data: { t: ['good 2'] }, path: ['products', 1], label: 't' },
        ],
      },
    ]);
  });

  test('has fragments within fragments after those around them', async () => {
    const parts = await partsOf('{ ... @defer(label: "a") { product { name ... @defer(label: "b") { texts } } } }');
    const said = parts.flatMap(
      (part) => (part as { incremental?: { label: string; path: unknown }[] }).incremental ?? [],
    );
    expect(parts[0]).toEqual({ data: {}, hasNext: true });
    expect(said.map(({ label, path }) => [label, path])).toEqual([
      ['a', []],
      ['b', ['product']],
    ]);
  });

  test('has a field of the same subgraph later, by the key of its object', async () => {
    const parts = await partsOf('{ product { name ... @defer { slow } } }');
    expect(parts).toEqual([
      { data: { product: { name: 'Table' } }, hasNext: true },
      { hasNext: false, incremental: [{ data: { slow: 'slow' }, path: ['product'] }] },
    ]);
  });

  test('tells an error with the fragment that it is in', async () => {
    const [first, second] = await partsOf('{ product { name ... @defer { texts b: broken } } }');
    expect(first).toEqual({ data: { product: { name: 'Table' } }, hasNext: true });
    expect(second).toMatchObject({
      incremental: [{ data: { texts: ['good 1'], b: null }, path: ['product'], errors: [{ path: ['product', 'b'] }] }],
    });
  });

  test('takes a null that may not be no further than its fragment', async () => {
    const [first, second] = await partsOf('{ product { name ... @defer { rating } } }');
    expect(first).toEqual({ data: { product: { name: 'Table' } }, hasNext: true });
    expect(second).toMatchObject({ incremental: [{ data: null, path: ['product'], errors: [{}] }], hasNext: false });
  });

  test('tells of a subgraph that is away with what was deferred', async () => {
    reviews.answerWith({ status: 500, type: 'text/plain', body: 'away' });
    const [first, second] = await partsOf('{ product { name ... @defer { texts } } }');
    reviews.answerWith(undefined);
    expect(first).toEqual({ data: { product: { name: 'Table' } }, hasNext: true });
    expect(second).toMatchObject({
      incremental: [{ data: { texts: null }, errors: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }] }],
    });
  });

  test('is what a mutation gets, too, after its effects', async () => {
    const parts = await partsOf('mutation { rename(name: "Desk") { name ... @defer { texts } } }');
    expect(parts).toEqual([
      { data: { rename: { name: 'Desk' } }, hasNext: true },
      { hasNext: false, incremental: [{ data: { texts: ['good 1'] }, path: ['rename'] }] },
    ]);
  });

  test('is not what a mutation gets from a gateway that caches, which must know first what it invalidates', async () => {
    const caching = await startTestGateway(composed({ products, reviews }), { cache: cacheConfig.parse({}) });
    const response = await send(
      'mutation { rename(name: "Desk") { name ... @defer { texts } } }',
      {},
      inParts,
      caching,
    );
    expect(response.headers['content-type']).toMatch(/^application\/json/);
    expect(await textOf(response)).toBe('{"data":{"rename":{"name":"Desk","texts":["good 1"]}}}');
    await caching.close();
  });

  test('gives up what is under way when the client goes', async () => {
    reviews.answerWith('silence');
    const before = reviews.requests.length;
    const response = await send('{ product { name ... @defer { texts } } }');
    response.on('error', () => {});
    await until(() => reviews.requests.length > before);
    const cut = new Promise((resolve) => reviews.requests.at(-1)?.onClose(() => resolve('cut')));
    response.destroy();
    expect(await cut).toBe('cut');
    reviews.answerWith(undefined);
  });
});

describe('an answer in one part', () => {
  const query = 'query ($later: Boolean = true) { product { name ... @defer(if: $later) { texts } } }';
  const whole = '{"data":{"product":{"name":"Table","texts":["good 1"]}}}';

  test.each([
    ['who takes only JSON', {}, 'application/json'],
    ['who takes parts of another version', {}, 'multipart/mixed;deferSpec=20991231, application/json'],
    ['whose condition does not hold', { later: false }, inParts],
  ])('is for a client %s', async (_name, variables, accept) => {
    const response = await send(query, variables, accept);
    expect(response.headers['content-type']).toMatch(/^application\/json/);
    expect(await textOf(response)).toBe(whole);
  });

  test('says that labels are different from each other', async () => {
    const { body } = await gateway.post({
      query: '{ product { ... @defer(label: "a") { id } ... @defer(label: "a") { name } } }',
    });
    expect(body.errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
  });
});

const { from = 1 } = differentialConfig;

describe.each([
  ['basic', 25],
  ['library', 20],
  ['hard', 20],
  ['contexts', 20],
] as const)('generated operations of the supergraph "%s"', (name, usual) => {
  const { count = usual } = differentialConfig;
  const withinTime = 600_000 + count * 2_000;
  test(
    'say the same in parts as at once',
    async () => {
      const federation = createFederation(supergraphs[name].subgraphs);
      const engine = await startEngine('compiled', federation);
      const { differences, inParts: many } = await findDeferDifferences(federation, engine, { from, count });
      expect(described(differences)).toBe('');
      expect(many).toBeGreaterThan(count / 3);
      await engine.stop();
    },
    withinTime,
  );
});
