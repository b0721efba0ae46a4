import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createLogger } from '@supergraph/service-kit';
import { createTestDatabase, eventually, type TestDatabase } from '@supergraph/testing';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { createTokens } from '../../test/createTokens.ts';
import type { FakeSubgraph } from '../../test/fakeSubgraph.ts';
import { startLibrary } from '../../test/library.ts';
import { composed, startTestGateway, type TestGateway } from '../../test/startTestGateway.ts';
import { everybody, type OperationStore } from './createOperationStore.ts';
import { sha256Of } from './manifest.ts';
import { openOperationStore } from './openOperationStore.ts';

type Headers = Record<string, string>;

const log = createLogger({ service: 'test', level: 'silent' });
const book = 'query Book($id: ID!) { book(id: $id) { title } }';
const authors = 'query Authors { authors { name } }';
const media = 'query MediaList { media { id } }';
const dune = { data: { book: { title: 'Dune' } } };

let library: Record<string, FakeSubgraph>;
let database: TestDatabase;
let store: OperationStore;
let close: () => Promise<void>;
/** Two gateways over one database. */
let gateways: readonly TestGateway[];
let acme: Headers;
let other: Headers;
let person: Headers;

beforeAll(async () => {
  const tokens = await createTokens();
  // The subject of a program is its client id (RFC 9068, section 2.2).
  acme = await tokens.headersOf('acme', { client_id: 'acme' });
  other = await tokens.headersOf('other', { client_id: 'other' });
  person = await tokens.headersOf('ada', { client_id: 'acme' });
  library = await startLibrary();
  database = await createTestDatabase('partners');
  ({ store, close } = await openOperationStore({ url: database.url, log }));
  await publish('acme', 'book-1', 'Book', book);
  await publish('other', 'authors-1', 'Authors', authors);
  await publish(everybody, 'media-1', 'MediaList', media);
  const config = {
    engine: 'compiled',
    authentication: tokens.authentication,
    databaseUrl: database.url,
    persistedOperations: { automatic: true, restrictClients: true },
  } as const;
  const supergraph = composed(library);
  gateways = [await startTestGateway(supergraph, config), await startTestGateway(supergraph, config)];
});
afterAll(async () => {
  for (const gateway of gateways) await gateway.close();
  await close();
  await database.drop();
  for (const subgraph of Object.values(library)) await subgraph.close();
});

const publish = (clientId: string, id: string, name: string, body: string) =>
  store.publish({
    clientId,
    operations: [{ id, name, type: 'query', body, cost: null }],
    problems: [],
    forced: false,
  });

const gateway = (): TestGateway => {
  const [first] = gateways;
  if (first === undefined) throw new Error('There is no gateway.');
  return first;
};

const get = async (parameters: Record<string, string>, headers: Headers, from = gateway()) => {
  const response = await fetch(`${from.url}/graphql?${new URLSearchParams(parameters).toString()}`, {
    headers: { 'apollo-require-preflight': '1', ...headers },
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};
const hashOf = (document: string) => ({ persistedQuery: { version: 1, sha256Hash: sha256Of(document) } });
const refused = {
  status: 403,
  body: {
    errors: [expect.objectContaining({ extensions: { code: 'OPERATION_NOT_REGISTERED', category: 'FORBIDDEN' } })],
  },
};

test('what is registered is planned before anybody asks: at the start, and when it is published', async () => {
  const planned = () => gateways.map(({ lines }) => lines.filter(({ msg }) => msg === 'operations are planned').length);
  await eventually(() => expect(planned()).toEqual([1, 1]));
  await publish('acme', 'book-2', 'Other', 'query Other { book(id: 1) { title } }');
  await eventually(() => expect(planned()).toEqual([2, 2]));
  expect(gateway().lines.filter(({ msg }) => msg === 'operations are planned')).toMatchObject([
    { warmed: 6, refused: 0 },
    { warmed: 2, refused: 0 },
  ]);
});

describe('a partner', () => {
  test('runs its own operations by GET and POST, by id and by hash', async () => {
    const variables = { id: 'b1' };
    expect(await get({ documentId: 'book-1', variables: JSON.stringify(variables) }, acme)).toEqual({
      status: 200,
      body: dune,
    });
    expect(await get({ extensions: JSON.stringify(hashOf(book)), variables: JSON.stringify(variables) }, acme)).toEqual(
      { status: 200, body: dune },
    );
    expect((await gateway().post({ documentId: 'book-1', variables }, acme)).body).toEqual(dune);
    expect((await gateway().post({ extensions: hashOf(book), variables }, acme)).body).toEqual(dune);
  });

  test('gets nothing with the header, id, hash or document of another one', async () => {
    const asOther = {
      ...acme,
      'apollographql-client-name': 'other',
      'graphql-client-name': 'other',
      'x-client-id': 'other',
    };
    for (const request of [
      { documentId: 'authors-1' },
      { extensions: hashOf(authors) },
      { query: authors, extensions: hashOf(authors) },
      { query: authors },
      { documentId: 'media-1' },
      { query: '{ __schema { types { name } } }' },
    ]) {
      expect(await gateway().post(request, acme)).toMatchObject(refused);
      expect(await gateway().post(request, asOther)).toMatchObject(refused);
    }
    expect(await get({ documentId: 'authors-1' }, asOther)).toMatchObject(refused);
    expect(await get({ query: authors }, asOther)).toMatchObject(refused);
    expect((await gateway().post({ documentId: 'authors-1' }, other)).status).toBe(200);
  });

  test('gets no more over a WebSocket', async () => {
    const overSocket = async (headers: Headers, query: string): Promise<unknown> => {
      const client = createClient({
        url: `${gateway().url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: headers,
        retryAttempts: 0,
      });
      try {
        return await new Promise((resolve, reject) => {
          client.subscribe(
            { query, variables: { id: 'b1' } },
            { next: resolve, error: resolve, complete: () => reject(new Error('nothing came')) },
          );
        });
      } finally {
        await client.dispose();
      }
    };
    expect(await overSocket(acme, book)).toEqual(dune);
    expect(JSON.stringify(await overSocket(acme, authors))).toContain('OPERATION_NOT_REGISTERED');
    expect(JSON.stringify(await overSocket(acme, 'subscription { anything }'))).toContain('OPERATION_NOT_REGISTERED');
  });

  test('has new operations soon and revoked ones no longer, at every gateway', async () => {
    await publish('acme', 'media-2', 'MediaList', media);
    for (const each of gateways) {
      await eventually(async () => expect((await get({ documentId: 'media-2' }, acme, each)).status).toBe(200));
    }
    await store.revoke('acme', ['media-2']);
    for (const each of gateways) {
      await eventually(async () => expect(await get({ documentId: 'media-2' }, acme, each)).toMatchObject(refused));
    }
  });
});

test('a person who uses the partner’s app is not the partner', async () => {
  expect((await gateway().post({ query: authors }, person)).status).toBe(200);
  expect((await gateway().post({ documentId: 'book-1' }, person)).body.errors?.[0]?.extensions).toMatchObject({
    code: 'PERSISTED_OPERATION_NOT_FOUND',
  });
  expect(await get({ documentId: 'media-1' }, person)).toMatchObject({ status: 200 });
});

test('Apollo’s protocol: the hash, the document with its hash, the hash again, by GET too', async () => {
  const query = 'query Anything { books { id } }';
  const first = await get({ extensions: JSON.stringify(hashOf(query)) }, {});
  expect(first).toEqual({
    status: 200,
    body: {
      errors: [
        { message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND', category: 'NOT_FOUND' } },
      ],
    },
  });
  expect((await gateway().post({ query, extensions: hashOf(query) })).body.errors).toBeUndefined();
  expect((await get({ extensions: JSON.stringify(hashOf(query)) }, {})).body['errors']).toBeUndefined();
});
