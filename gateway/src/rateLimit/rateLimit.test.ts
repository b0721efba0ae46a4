import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { FakeSubgraph } from '../../test/fakeSubgraph.ts';
import { startLibrary } from '../../test/library.ts';
import { composed, startTestGateway, type TestGateway } from '../../test/startTestGateway.ts';
import { rateLimitConfig } from './rateLimitConfig.ts';

let library: Record<string, FakeSubgraph>;
let supergraph: string;
const gateways: TestGateway[] = [];

beforeAll(async () => {
  library = await startLibrary();
  supergraph = composed(library);
});
afterEach(async () => {
  for (const gateway of gateways.splice(0)) await gateway.close();
});
afterAll(async () => {
  for (const subgraph of Object.values(library)) await subgraph.close();
});

const limited = async (config: object): Promise<TestGateway> => {
  const gateway = await startTestGateway(supergraph, { rateLimit: rateLimitConfig.parse(config) });
  gateways.push(gateway);
  return gateway;
};
const query = { query: '{ books { title } }' };
const fetches = (): number => Object.values(library).reduce((sum, { requests }) => sum + requests.length, 0);

test('an answer says what the limits are and how much is left', async () => {
  const gateway = await limited({ default: { hour: 10, day: 100 } });
  await gateway.post(query);
  const { status, headers } = await gateway.post(query);
  expect(status).toBe(200);
  expect(headers.get('ratelimit-policy')).toBe('"hour";q=10;w=3600, "day";q=100;w=86400');
  expect(headers.get('ratelimit')).toMatch(/^"hour";r=8;t=\d+, "day";r=98;t=\d+$/);
  expect(headers.get('retry-after')).toBeNull();
});

test('whoever has spent everything gets 429 with a code, and is told when to come again', async () => {
  const gateway = await limited({ default: { hour: 2 } });
  await gateway.post(query);
  await gateway.post(query);
  const before = fetches();
  const { status, headers, body } = await gateway.post(query);
  expect(status).toBe(429);
  const seconds = Number(headers.get('retry-after'));
  expect(seconds).toBeGreaterThan(0);
  expect(body.errors?.[0]?.extensions).toEqual({
    code: 'RATE_LIMITED',
    category: 'UNAVAILABLE',
    retryAfterSeconds: seconds,
  });
  expect(headers.get('ratelimit')).toMatch(/^"hour";r=0;t=\d+$/);
  expect(fetches()).toBe(before);
});

test('an operation that no quota has room for is not asked to come again', async () => {
  const gateway = await limited({ default: { hour: 1 } });
  const { body, headers } = await gateway.post({ query: '{ matrix { title author { id } } }' });
  expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'OPERATION_TOO_EXPENSIVE', points: 2, quota: 1 });
  expect(headers.get('retry-after')).toBeNull();
  expect((await gateway.post(query)).status).toBe(200);
});

test('what an answer cost less than its estimate is there again', async () => {
  const gateway = await limited({ default: { hour: 10 } });
  // Lists of unknown length are estimated at ten items each; here they have two or three.
  for (let nth = 0; nth < 6; nth += 1) {
    expect((await gateway.post({ query: '{ matrix { title author { id } } }' })).status).toBe(200);
  }
  const { headers } = await gateway.post(query);
  expect(headers.get('ratelimit')).toMatch(/^"hour";r=3;/);
});

test('a refusal does not wait for the body, let alone read it', async () => {
  const gateway = await limited({ default: { hour: 1 } });
  await gateway.post(query);
  expect((await gateway.post('this is no JSON')).status).toBe(429);
});

test('what is wrong before anything could be fetched costs nothing', async () => {
  const gateway = await limited({ default: { hour: 2 } });
  for (let nth = 0; nth < 5; nth += 1) expect((await gateway.post({ query: '{ nothing }' })).status).not.toBe(429);
  const { headers } = await gateway.post(query);
  expect(headers.get('ratelimit')).toMatch(/^"hour";r=1;/);
});

test('without a section in the configuration a supergraph of somebody else is served without limits', async () => {
  const gateway = await startTestGateway(supergraph);
  gateways.push(gateway);
  expect((await gateway.post(query)).headers.get('ratelimit')).toBeNull();
});

test('an address comes from a proxy’s header only when the proxy is trusted', async () => {
  const spend = async (gateway: TestGateway): Promise<number[]> => {
    const statuses = [];
    for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.1']) {
      statuses.push((await gateway.post(query, { 'x-forwarded-for': address })).status);
    }
    return statuses;
  };
  expect(await spend(await limited({ default: { hour: 1 } }))).toEqual([200, 429, 429]);
  const behindProxy = await startTestGateway(supergraph, {
    rateLimit: rateLimitConfig.parse({ default: { hour: 1 } }),
    trustedProxies: ['127.0.0.1'],
  });
  gateways.push(behindProxy);
  expect(await spend(behindProxy)).toEqual([200, 200, 429]);
});
