import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { createViewerVerifier } from '@supergraph/auth';
import { eventually } from '@supergraph/testing';
import { createTokens } from '../../test/createTokens.ts';
import { startCursorSubgraph, type CursorSubgraph } from '../../test/cursorSubgraph.ts';
import { startShop, type Shop } from '../../test/shop.ts';
import { composed, startTestGateway, until, type TestGateway } from '../../test/startTestGateway.ts';
import { connectWire, readStream } from '../../test/wire.ts';

const viewerKeys = generateKeyPairSync('ed25519');
const verifier = createViewerVerifier({
  publicKey: viewerKeys.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  subgraph: 'orders',
});

let shop: Shop;
let orders: CursorSubgraph;
let tokens: Awaited<ReturnType<typeof createTokens>>;
let gateway: TestGateway;
let leave: (() => void)[] = [];

beforeAll(async () => {
  shop = await startShop();
  orders = await startCursorSubgraph();
  tokens = await createTokens();
  gateway = await startTestGateway(composed({ accounts: shop.accounts, orders }), {
    authentication: tokens.authentication,
    viewerPrivateKey: viewerKeys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  });
});
afterEach(async () => {
  for (const one of leave) one();
  leave = [];
  await until(() => orders.followers() === 0);
  orders.subscribes.length = 0;
});
afterAll(async () => {
  await gateway.close();
  await orders.stop();
  await shop.close();
});

const session = (method: 'POST' | 'DELETE', headers: Record<string, string> = {}) =>
  fetch(`${gateway.url}/session`, { method, headers });
/** As a browser sends it back. */
const cookieOf = async (subject: string): Promise<string> => {
  const response = await session('POST', await tokens.headersOf(subject));
  return response.headers.get('set-cookie')?.split(';')[0] ?? '';
};
const own = { 'sec-fetch-site': 'same-origin' };
const follow = async (headers: Record<string, string>, query = 'subscription { orderEvents { id } }') => {
  const leaving = new AbortController();
  leave.push(() => leaving.abort());
  const response = await fetch(`${gateway.url}/graphql?query=${encodeURIComponent(query)}`, {
    headers: { accept: 'text/event-stream', ...headers },
    signal: leaving.signal,
  });
  return { status: response.status, ...readStream(response) };
};
/** Who the subgraph was asked for. */
const viewers = () =>
  Promise.all(
    orders.subscribes.map(async ({ extensions }) => {
      const principal = await verifier.verify(extensions['viewer'] as string | undefined);
      return principal.kind === 'user' ? principal.id : principal.kind;
    }),
  );

describe('a session', () => {
  test('is made of a bearer token: a cookie that scripts cannot read, that other sites cannot use, and that ends with it', async () => {
    const response = await session('POST', await tokens.headersOf('u1', {}, '600s'));
    expect(response.status).toBe(204);
    expect(response.headers.get('set-cookie')).toMatch(
      /^graphql-session=[\w.-]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=(5\d\d|600)$/,
    );
  });

  test('is in production not sent in the clear, nor set by another host of the domain', async () => {
    const production = await startTestGateway(composed({ accounts: shop.accounts, orders }), {
      authentication: tokens.authentication,
      production: true,
    });
    const headers = await tokens.headersOf('u1');
    const response = await fetch(`${production.url}/session`, { method: 'POST', headers });
    expect(response.headers.get('set-cookie')).toMatch(/^__Host-graphql-session=.+; Path=\/; .*; Secure; Max-Age=\d+$/);
    await production.close();
  });

  test('is not made without a token that holds, or of one that no browser would keep', async () => {
    for (const [headers, status, code] of [
      [{}, 401, 'UNAUTHENTICATED'],
      [{ authorization: 'Bearer nonsense' }, 401, 'TOKEN_INVALID'],
      [await tokens.headersOf('u1', { filler: 'x'.repeat(4_000) }), 400, 'BAD_REQUEST'],
    ] as const) {
      const response = await session('POST', headers);
      expect(response.headers.get('set-cookie')).toBeNull();
      expect([response.status, await response.json()]).toMatchObject([status, { errors: [{ extensions: { code } }] }]);
    }
  });

  test('is ended by DELETE', async () => {
    const response = await session('DELETE');
    expect(response.headers.get('set-cookie')).toContain(
      'graphql-session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0',
    );
  });
});

describe('an EventSource with a session', () => {
  test('of a page of this origin follows as who the session is of, and resumes with Last-Event-ID', async () => {
    const cookie = `theme=dark; ${await cookieOf('u1')}`;
    const first = await follow({ cookie, ...own });
    await until(() => first.text().includes('id: c'));
    const place = /id: (c\d+)/.exec(first.text())?.[1] ?? '';
    leave.pop()?.();
    await until(() => orders.followers() === 0);
    orders.publish('o1', 'missed');
    const again = await follow({ cookie, ...own, 'last-event-id': place });
    await until(() => again.text().includes('missed'));
    expect(await viewers()).toEqual(['u1', 'u1']);
  });

  test('of a page of an allowed origin follows too', async () => {
    const { text } = await follow({
      cookie: await cookieOf('u2'),
      origin: 'https://app.example.com',
      'sec-fetch-site': 'same-site',
    });
    await until(() => text().includes('id: c'));
    expect(await viewers()).toEqual(['u2']);
  });

  test.each([
    ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['another host of the same site', { origin: 'https://blog.example.com', 'sec-fetch-site': 'same-site' }],
    ['another host, by a GET that names no origin', { 'sec-fetch-site': 'same-site' }],
    ['nobody knows where', {}],
    [
      'another site that sends the header which passes other checks',
      { 'apollo-require-preflight': '1', origin: 'https://evil.example' },
    ],
  ])('of %s is refused, and nothing is subscribed', async (_, headers: Record<string, string>) => {
    const { status, text, ended } = await follow({ cookie: await cookieOf('u1'), ...headers });
    await until(ended);
    expect(status).toBe(403);
    expect(JSON.parse(text())).toMatchObject({ errors: [{ extensions: { code: 'CSRF_PREVENTED' } }] });
    expect(orders.subscribes).toEqual([]);
  });

  test('is no more than that: queries, POST and WebSockets know no session', async () => {
    const cookie = await cookieOf('u1');
    const query = await follow({ cookie, ...own }, '{ users { name } }');
    await until(query.ended);
    expect(query.text()).toContain('BAD_REQUEST');

    await gateway.post({ query: '{ users { name } }' }, { cookie, ...own });
    await until(() => gateway.lines.some(({ msg, method }) => msg === 'request' && method === 'POST'));
    expect(gateway.lines.find(({ msg, method }) => msg === 'request' && method === 'POST')).toMatchObject({
      principal: 'anonymous',
    });

    const leaving = new AbortController();
    leave.push(() => leaving.abort());
    const posted = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', cookie, ...own },
      body: JSON.stringify({ query: 'subscription { orderEvents { id } }' }),
      signal: leaving.signal,
    });
    await until(() => orders.subscribes.length === 1);
    expect(posted.status).toBe(200);

    const client = await connectWire(gateway.url, {}, { cookie });
    leave.push(client.leave);
    client.subscribe('subscription { orderEvents { id } }', { cursor: null });
    await until(() => client.cursor() !== undefined);
    // Nobody in particular, twice: one subscription at the subgraph.
    expect(await viewers()).toEqual(['anonymous']);
  });

  test('whose token is given in the header as well is who the header says', async () => {
    const { text } = await follow({ cookie: await cookieOf('u1'), ...(await tokens.headersOf('u2')) });
    await until(() => text().includes('id: c'));
    expect(await viewers()).toEqual(['u2']);
  });

  test('ends with TOKEN_EXPIRED and its place when the session’s time comes', async () => {
    // On a machine that is away for so long, one is over before it has begun: then another.
    await eventually(async () => {
      const response = await session('POST', await tokens.headersOf('u1', {}, '2s'));
      const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
      const { text, ended } = await follow({ cookie, ...own });
      await until(ended);
      expect(text()).toContain('TOKEN_EXPIRED');
      expect(text()).toContain('"cursor":"c');
    });
  });
});
