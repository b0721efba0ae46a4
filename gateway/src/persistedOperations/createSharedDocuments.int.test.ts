import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createLifecycle, createLogger } from '@supergraph/service-kit';
import { eventually, startTestRedis, testBackingServices, testNamespace, type TestServer } from '@supergraph/testing';
import type { FakeSubgraph } from '../../test/fakeSubgraph.ts';
import { startLibrary } from '../../test/library.ts';
import { composed, startTestGateway, type TestGateway } from '../../test/startTestGateway.ts';
import { connectRedis, type RedisClient } from '../redis/connectRedis.ts';
import { createAutomaticOperations, type AutomaticOperations } from './createAutomaticOperations.ts';
import { createSharedDocuments } from './createSharedDocuments.ts';
import { sha256Of } from './manifest.ts';

const log = createLogger({ service: 'test', level: 'silent' });
const lifecycle = createLifecycle({ log });
afterAll(() => lifecycle.close());

const connect = async (url: string): Promise<RedisClient> => {
  // What is not answered in time counts as unknown; here that would be a machine that is busy.
  const redis = connectRedis({ url, name: 'test', log, lifecycle, commandTimeoutMs: 30_000 });
  await eventually(async () => expect(await redis.ping()).toBe('PONG'));
  return redis;
};

describe('documents that gateways share', () => {
  let redis: RedisClient;
  let namespace: string;
  beforeAll(async () => {
    redis = await connect(testBackingServices().redisUrl);
  });
  beforeEach(() => {
    namespace = testNamespace('documents');
  });

  const gateway = (entries?: number): AutomaticOperations =>
    createAutomaticOperations({ shared: createSharedDocuments({ redis, namespace, ...(entries && { entries }) }) });
  const documentsKey = () => `${namespace}gateway:{automatic-operations}:documents`;
  const kept = async (count: number) => eventually(async () => expect(await redis.hlen(documentsKey())).toBe(count));

  test('are known to one that has never seen them, and are asked for once', async () => {
    const document = '{ books { title } }';
    gateway().remember(sha256Of(document), document);
    await kept(1);
    const other = gateway();
    expect(await other.find(sha256Of(document))).toBe(document);
    await redis.del(documentsKey());
    expect(await other.find(sha256Of(document))).toBe(document);
    expect(await gateway().find(sha256Of(document))).toBeUndefined();
  });

  test('are believed only under their own hash', async () => {
    const hash = sha256Of('{ books { title } }');
    await redis.hset(documentsKey(), hash, 'mutation { deleteEverything }');
    expect(await gateway().find(hash)).toBeUndefined();
  });

  test('are at most so many: those that were asked for last', async () => {
    const documents = ['{ a }', '{ b }', '{ c }', '{ d }'];
    const [a = '', b = '', c = '', d = ''] = documents;
    const first = gateway(3);
    for (const [index, document] of [a, b, c].entries()) {
      first.remember(sha256Of(document), document);
      await kept(index + 1);
    }
    expect(await gateway(3).find(sha256Of(a))).toBe(a);
    first.remember(sha256Of(d), d);
    await eventually(async () => expect(await gateway(3).find(sha256Of(d))).toBe(d));
    const found = await Promise.all(documents.map(async (document) => gateway(3).find(sha256Of(document))));
    expect(found).toEqual([a, undefined, c, d]);
  });

  test('that are too long are sent by their client every time', async () => {
    const long = `{ books { title } } #${'-'.repeat(10_000)}`;
    const short = '{ books { id } }';
    const one = gateway();
    expect(one.remember(sha256Of(long), long)).toBe(true);
    one.remember(sha256Of(short), short);
    await kept(1);
  });
});

test('without Redis each gateway knows what it was sent itself', async () => {
  const server = await startTestRedis();
  const redis = await connect(server.url);
  const shared = createSharedDocuments({ redis, namespace: '' });
  const one = createAutomaticOperations({ shared });
  await server.remove();
  const document = '{ books { title } }';
  expect(one.remember(sha256Of(document), document)).toBe(true);
  expect(one.find(sha256Of(document))).toBe(document);
  expect(await createAutomaticOperations({ shared }).find(sha256Of(document))).toBeUndefined();
});

describe('two gateways over one Redis', () => {
  let library: Record<string, FakeSubgraph>;
  let redis: TestServer;
  let gateways: readonly TestGateway[] = [];
  beforeAll(async () => {
    library = await startLibrary();
    redis = await startTestRedis();
    const config = { engine: 'compiled', redisUrl: redis.url } as const;
    const supergraph = composed(library);
    gateways = [await startTestGateway(supergraph, config), await startTestGateway(supergraph, config)];
  });
  afterAll(async () => {
    for (const gateway of gateways) await gateway.close();
    for (const subgraph of Object.values(library)) await subgraph.close();
    await redis.remove();
  });

  test('a client that sent its document to one asks the other by its hash, by GET', async () => {
    const [one, other] = gateways;
    const askOtherFor = async (extensions: object) => {
      const parameters = new URLSearchParams({ extensions: JSON.stringify(extensions) });
      const response = await fetch(`${other?.url}/graphql?${parameters.toString()}`, {
        headers: { 'apollo-require-preflight': '1' },
      });
      return response.json();
    };
    let sent = 0;
    // What a gateway could not share, while Redis was slow, it does not share later: then it is another document.
    await eventually(async () => {
      const query = `{ authors { name } } # ${(sent += 1)}`;
      const extensions = { persistedQuery: { version: 1, sha256Hash: sha256Of(query) } };
      expect(await askOtherFor(extensions)).toMatchObject({
        errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
      });
      const answer = await one?.post({ query, extensions });
      expect(answer?.body.errors).toBeUndefined();
      await eventually(async () => expect(await askOtherFor(extensions)).toEqual({ data: answer?.body.data }), {
        timeoutMs: 3_000,
      });
    });
  });
});
