import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { request } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { startShop, type Shop } from '../../test/shop.ts';
import { composed, startTestGateway, type TestGateway } from '../../test/startTestGateway.ts';

let shop: Shop;
let gateway: TestGateway;
let behindProxy: TestGateway;

beforeAll(async () => {
  shop = await startShop();
  const sdl = composed({ accounts: shop.accounts, orders: shop.orders });
  gateway = await startTestGateway(sdl, { engine: 'compiled', compression: { enabled: true, fromBytes: 20 } });
  behindProxy = await startTestGateway(sdl, {
    engine: 'compiled',
    trustedProxies: ['127.0.0.1'],
    csrf: { preflightForGet: true },
  });
});
afterAll(async () => {
  await Promise.all([gateway.close(), behindProxy.close()]);
  await shop.close();
});

describe('every audit of GraphQL over HTTP passes', () => {
  // The url is asked when an audit runs: by then the gateway does.
  test.each(serverAudits({ url: () => `${gateway.url}/graphql` }).map((audit) => [audit.name, audit] as const))(
    '%s',
    async (_name, audit) => {
      const result = await audit.fn();
      expect(result.status === 'ok' ? 'ok' : `${result.status}: ${result.reason}`).toBe('ok');
    },
  );
});

const get = (parameters: Record<string, string>, headers: Record<string, string> = {}, to = gateway) =>
  fetch(`${to.url}/graphql?${new URLSearchParams(parameters).toString()}`, { headers });

test('what a request lacks is told, with its code', async () => {
  for (const body of [{}, { query: 1 }, { query: '{ users { id } }', extensions: 'x' }, { documentId: 1 }]) {
    const answer = await gateway.post(body);
    expect([answer.status, answer.body.errors?.[0]?.extensions?.['code']]).toEqual([400, 'BAD_REQUEST']);
  }
  expect((await get({ query: '{ users { id } }', variables: '{' })).status).toBe(400);
  expect((await get({ query: '{ users { id } }' }, { accept: 'text/html' })).status).toBe(406);
});

test('an operation that is no query is refused by GET, and nobody is asked', async () => {
  shop.accounts.requests.length = 0;
  const answer = await get({ query: 'mutation { rename(id: "u1", name: "x") { id } }' });
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  expect(shop.accounts.requests).toEqual([]);
});

test('a page of another site cannot make its visitors ask', async () => {
  expect((await get({ query: '{ users { id } }' }, { origin: 'https://evil.example' })).status).toBe(403);
  expect((await get({ query: '{ users { id } }' }, { origin: 'https://app.example.com' })).status).toBe(200);
  expect((await get({ query: '{ users { id } }' }, {}, behindProxy)).status).toBe(403);
});

describe('CORS', () => {
  const preflight = (origin: string) =>
    fetch(`${gateway.url}/graphql`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type, authorization',
      },
    });

  test('lets pages of configured origins send what the architecture names, with a token', async () => {
    const { headers } = await preflight('https://app.example.com');
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect(headers.get('access-control-allow-credentials')).toBe('true');
    expect(headers.get('access-control-max-age')).toBe('3600');
    expect(headers.get('access-control-allow-headers')?.split(', ')).toEqual(
      expect.arrayContaining(['Accept', 'Content-Type', 'Authorization', 'X-Request-ID', 'Apollo-Require-Preflight']),
    );
  });

  test('does not let others', async () => {
    const { headers } = await preflight('https://evil.example');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  test('lets pages read where the time went and how long to wait', async () => {
    const { headers } = await gateway.post({ query: '{ users { id } }' }, { origin: 'https://app.example.com' });
    expect(headers.get('access-control-expose-headers')?.split(', ')).toEqual(
      expect.arrayContaining(['X-Request-ID', 'Server-Timing', 'Retry-After', 'RateLimit']),
    );
    expect(headers.get('vary')?.toLowerCase()).toContain('origin');
  });
});

test('the answer says where the time went, and on what it depends', async () => {
  const { headers } = await gateway.post({ query: '{ users { id } }' });
  expect(headers.get('server-timing')).toBe(
    `gateway;dur=${headers.get('x-gateway-latency')}, upstream;dur=${headers.get('x-upstream-latency')}`,
  );
  expect(Number(headers.get('x-upstream-latency'))).toBeGreaterThan(0);
  expect(headers.get('vary')).toContain('accept, accept-encoding');
});

test('subgraphs learn the address of the client, from a proxy only when it is trusted', async () => {
  const addressSeen = async (to: TestGateway) => {
    shop.accounts.requests.length = 0;
    await to.post({ query: '{ users { id } }' }, { 'x-forwarded-for': '198.51.100.7', 'x-real-ip': '6.6.6.6' });
    return shop.accounts.requests[0]?.headers['x-real-ip'];
  };
  expect([await addressSeen(gateway), await addressSeen(behindProxy)]).toEqual(['127.0.0.1', '198.51.100.7']);
});

/** Without fetch, which decodes what it gets. */
const raw = (encoding: string): Promise<{ encoding: string | undefined; length: string | undefined; body: Buffer }> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'accept-encoding': encoding };
    const sent = request(`${gateway.url}/graphql`, { method: 'POST', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const { 'content-encoding': used, 'content-length': length } = response.headers;
        resolve({ encoding: used, length, body: Buffer.concat(chunks) });
      });
    });
    sent.on('error', reject).end(JSON.stringify({ query: '{ users { id name } }' }));
  });

test('answers are compressed as the client wants', async () => {
  const [br, gz, plain] = [await raw('gzip, br'), await raw('gzip'), await raw('identity')];
  expect([br.encoding, gz.encoding, plain.encoding]).toEqual(['br', 'gzip', undefined]);
  expect(brotliDecompressSync(br.body)).toEqual(plain.body);
  expect(gunzipSync(gz.body)).toEqual(plain.body);
  expect(Number(br.length)).toBe(br.body.length);
});
