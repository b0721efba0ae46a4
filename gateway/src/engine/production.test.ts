import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { startFakeSubgraph, type FakeSubgraph } from '../../test/fakeSubgraph.ts';
import { composed, startTestGateway, type TestGateway } from '../../test/startTestGateway.ts';

let things: FakeSubgraph;
let gateway: TestGateway;

beforeAll(async () => {
  things = await startFakeSubgraph(
    `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
    type Query { hidden(size: Size, by: Filter): String  broken: String }
    type Subscription { hiddenEvents: String }
    enum Size { LARGE } input Filter { secretWord: String }`,
    { Query: { hidden: () => 'x', broken: () => Promise.reject(new Error('at /srv/db.ts:12')) } },
  );
  gateway = await startTestGateway(composed({ things }), { engine: 'compiled', introspection: false });
});
afterAll(async () => {
  await gateway.close();
  await things.close();
});

test.each<[string, string, Record<string, unknown>?]>([
  ['a field', '{ hiden }'],
  ['an argument', '{ hidden(sise: LARGE) }'],
  ['a value of an enum', '{ hidden(size: LARGER) }'],
  ['a type', 'query ($f: Filtre) { hidden(by: $f) }'],
  ['a value of an enum in a variable', 'query ($s: Size) { hidden(size: $s) }', { s: 'LARG' }],
  ['a field of an input object in a variable', 'query ($f: Filter) { hidden(by: $f) }', { f: { secretWort: 'x' } }],
])('a name that is nearly that of %s is not completed', async (_name, query, variables = {}) => {
  const { body } = await gateway.post({ query, variables });
  expect(body.errors).toHaveLength(1);
  expect(JSON.stringify(body)).not.toMatch(/Did you mean|\bhidden\b.*\?|LARGE\b|secretWord/);
});

test('nor one in a subscription', async () => {
  const url = `${gateway.url.replace('http', 'ws')}/graphql`;
  const client = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0 });
  const refused = (query: string) => client.iterate({ query }).next();
  await expect(refused('subscription { hiddenEvent }')).rejects.toEqual([
    expect.objectContaining({ message: 'Cannot query field "hiddenEvent" on type "Subscription".' }),
  ]);
  await client.dispose();
});

test('the schema is not told', async () => {
  for (const query of ['{ __schema { types { name } } }', '{ __type(name: "Query") { name } }']) {
    const { body } = await gateway.post({ query });
    expect([body.data, body.errors?.[0]?.extensions?.['code']]).toEqual([undefined, 'GRAPHQL_VALIDATION_FAILED']);
  }
  expect((await gateway.post({ query: '{ __typename }' })).body.data).toEqual({ __typename: 'Query' });
});

test('an error says which subgraph had it, with a code, and that once', async () => {
  const { body } = await gateway.post({ query: '{ broken }' });
  expect(body.errors).toHaveLength(1);
  expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'DOWNSTREAM_SERVICE_ERROR', serviceName: 'things' });
});
