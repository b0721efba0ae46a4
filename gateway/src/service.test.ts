import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import dns from 'node:dns';
import { writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import net from 'node:net';
import { createViewerVerifier } from '@supergraph/auth';
import type { GatewayConfig } from './config.ts';
import { startShop, type Shop } from '../test/shop.ts';
import { startFakeSubgraph } from '../test/fakeSubgraph.ts';
import { composed, startTestGateway, until, type TestGateway } from '../test/startTestGateway.ts';

describe.each(['apollo', 'compiled'] as const)('with engine: %s', (engine) => {
  const start = (supergraphSdl: string, config: Partial<GatewayConfig> = {}) =>
    startTestGateway(supergraphSdl, { engine, ...config });
  let shop: Shop;
  let sdl: string;
  let gateway: TestGateway;

  beforeAll(async () => {
    shop = await startShop();
    sdl = composed({ accounts: shop.accounts, orders: shop.orders });
    gateway = await start(sdl);
  });
  afterEach(() => {
    shop.accounts.answerWith(undefined);
    shop.accounts.requests.length = 0;
  });
  afterAll(async () => {
    await gateway.close();
    await shop.close();
  });

  const codes = ({ body }: Awaited<ReturnType<TestGateway['post']>>): unknown[] | undefined =>
    body.errors?.map(({ extensions }) => extensions?.['code']);

  describe('a federated query', () => {
    test('is answered from all subgraphs, with aliases, fragments, variables and directives', async () => {
      const { body } = await gateway.post({
        query: `
        query Orders($id: ID!, $no: Boolean!) {
          one: order(id: $id) { ...total customer { who: name id @skip(if: true) } }
          orders @include(if: $no) { id }
        }
        fragment total on Order { amount: total }`,
        variables: { id: 'o2', no: false },
      });
      expect(body).toEqual({ data: { one: { amount: 200, customer: { who: 'Grace' } } } });
    });

    test('a mutation goes to the subgraph that owns it', async () => {
      const { body } = await gateway.post({
        query: 'mutation { rename(id: "u1", name: "Ada L.") { name orders { id } } }',
      });
      expect(body).toEqual({ data: { rename: { name: 'Ada L.', orders: [{ id: 'o1' }] } } });
    });

    test('a non-null field without a value becomes null at the nearest place that allows it', async () => {
      const { body } = await gateway.post({ query: '{ order(id: "o1") { id note } }' });
      expect(body.data).toEqual({ order: null });
    });

    test('a query may come by GET, a mutation may not', async () => {
      const get = async (query: string) =>
        fetch(`${gateway.url}/graphql?query=${encodeURIComponent(query)}`, {
          headers: { 'apollo-require-preflight': '1' },
        });
      expect(await (await get('{ users { id } }')).json()).toEqual({ data: { users: [{ id: 'u1' }, { id: 'u2' }] } });
      expect((await get('mutation { rename(id: "u1", name: "x") { id } }')).status).toBe(405);
    });

    test('a query that a form on another site could send is refused', async () => {
      const response = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'text/plain' },
        body: '{"query":"{ users { id } }"}',
      });
      expect(response.status).toBe(415);
      expect(await response.text()).toContain('UNSUPPORTED_MEDIA_TYPE');
      expect(shop.accounts.requests).toEqual([]);
    });
  });

  describe('bad input', () => {
    test.each([
      ['JSON that is not JSON', '{"query": ', 400, 'MALFORMED_JSON'],
      ['no body', '', 400, 'MALFORMED_JSON'],
      ['JSON that is no request', '[1]', 400, 'BAD_REQUEST'],
      ['a body beyond the limit', { query: `{ users { id } } # ${'x'.repeat(10_000)}` }, 413, 'REQUEST_TOO_LARGE'],
      ['a syntax error', { query: '{ users' }, 400, 'GRAPHQL_PARSE_FAILED'],
      ['an unknown field', { query: '{ nothing }' }, 400, 'GRAPHQL_VALIDATION_FAILED'],
      ['a missing variable', { query: 'query($id: ID!) { user(id: $id) { id } }' }, 400, 'BAD_USER_INPUT'],
      [
        'a variable of the wrong type',
        { query: 'query($id: ID!) { user(id: $id) { id } }', variables: { id: {} } },
        400,
        'BAD_USER_INPUT',
      ],
      [
        'an unknown operation',
        { query: 'query A { __typename }', operationName: 'B' },
        400,
        'OPERATION_RESOLUTION_FAILURE',
      ],
      ['a subscription over plain HTTP', { query: 'subscription { orderEvents { id } }' }, 400, 'BAD_REQUEST'],
    ])('%s is a coded error', async (_name, body, status, code) => {
      const answer = await gateway.post(body);
      expect([answer.status, codes(answer)]).toEqual([status, [code]]);
      expect(answer.body.errors?.[0]?.extensions?.['category']).toBe('INVALID');
      expect(JSON.stringify(answer.body)).not.toMatch(/stacktrace|node_modules|\.ts:/);
    });

    test('a body of another kind is a coded error', async () => {
      const answer = await gateway.post('<query/>', { 'content-type': 'application/xml' });
      expect([answer.status, codes(answer)]).toEqual([415, ['UNSUPPORTED_MEDIA_TYPE']]);
    });

    test('an unknown path is not found', async () => {
      expect((await fetch(`${gateway.url}/nothing`)).status).toBe(404);
    });

    test('the refusal is in the access log, with its code', async () => {
      await gateway.post('{"query": ', { 'x-request-id': 'refused-1' });
      await until(() => gateway.lines.some((line) => line['requestId'] === 'refused-1'));
      expect(gateway.lines.find((line) => line['requestId'] === 'refused-1')).toMatchObject({
        status: 400,
        outcome: 'MALFORMED_JSON',
      });
    });
  });

  describe('errors of subgraphs', () => {
    test('keep their code and path, say which subgraph, and leave the rest of the answer alone', async () => {
      const { status, body } = await gateway.post({ query: '{ forbidden users { name } }' });
      expect(status).toBe(200);
      expect(body).toEqual({
        data: { forbidden: null, users: [{ name: 'Ada' }, { name: 'Grace' }] },
        errors: [
          {
            message: 'Not yours.',
            path: ['forbidden'],
            extensions: { code: 'FORBIDDEN', category: 'FORBIDDEN', serviceName: 'accounts' },
          },
        ],
      });
    });

    test('inside entities point at the place in the answer', async () => {
      const { body } = await gateway.post({ query: '{ orders { id customer { id unlucky } } }' });
      expect(body.errors?.map(({ path }) => path)).toEqual([
        ['orders', 0, 'customer', 'unlucky'],
        ['orders', 1, 'customer', 'unlucky'],
      ]);
    });

    test('cannot choose our HTTP status or show a stack trace', async () => {
      const answer = await gateway.post({ query: '{ secretive }' });
      expect([answer.status, codes(answer)]).toEqual([200, ['FORBIDDEN']]);
      expect(JSON.stringify(answer.body)).not.toContain('/srv/');
    });

    test.each([
      ['HTML', { status: 502, type: 'text/html', body: '<h1>secret proxy at 10.0.0.7</h1>' }],
      ['JSON that is not GraphQL', { status: 200, type: 'application/json', body: '{"secret":"10.0.0.7"}' }],
      ['nothing', { status: 200, type: 'application/json', body: '' }],
    ])('a subgraph that answers with %s is unavailable, and what it said stays here', async (_name, answer) => {
      shop.accounts.answerWith(answer);
      const { body } = await gateway.post({ query: '{ orders { id customer { name } } }' });
      expect(body.errors).toEqual([
        {
          message: 'The service "accounts" is not available.',
          extensions: { code: 'SUBGRAPH_UNAVAILABLE', category: 'UNAVAILABLE', serviceName: 'accounts' },
        },
      ]);
    });

    test('a refusal with a GraphQL body is passed on whatever its status', async () => {
      shop.accounts.answerWith({
        status: 401,
        type: 'application/json',
        body: '{"errors":[{"message":"Who?","extensions":{"code":"VIEWER_REQUIRED"}}]}',
      });
      expect(codes(await gateway.post({ query: '{ users { id } }' }))).toEqual(['VIEWER_REQUIRED']);
    });

    test('partial data of the other subgraphs is kept while one is away, and it is asked again when it is back', async () => {
      await shop.accounts.close();
      const { body } = await gateway.post({
        query: '{ order(id: "o1") { total } users { name } user(id: "u1") { nickname } }',
      });
      expect(body.data).toEqual(null);
      const partial = await gateway.post({ query: '{ order(id: "o1") { total } user(id: "u1") { nickname } }' });
      expect(partial.body.data).toEqual({ order: { total: 100 }, user: null });
      expect(codes(partial)).toEqual(['SUBGRAPH_UNAVAILABLE']);
      expect(JSON.stringify(partial.body)).not.toContain('127.0.0.1');

      shop = { ...shop, accounts: await shop.restartAccounts() };
      expect((await gateway.post({ query: '{ users { name } }' })).body).toEqual({
        data: { users: [{ name: 'Ada' }, { name: 'Grace' }] },
      });
    });

    test('a subgraph that never answers is given up after the time-out', async () => {
      const impatient = await start(sdl, { timeouts: { connectSeconds: 1, readSeconds: 0.2 } });
      shop.accounts.answerWith('silence');
      expect(codes(await impatient.post({ query: '{ user(id: "u1") { name } }' }))).toEqual(['SUBGRAPH_UNAVAILABLE']);
      await impatient.close();
    });
  });

  describe('what goes upstream', () => {
    test('the request id and the trace, and nothing else of the client', async () => {
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      const answer = await gateway.post(
        { query: '{ users { id } }' },
        {
          authorization: 'Bearer x',
          cookie: 'a=b',
          'x-tenant': 't1',
          'x-viewer': 'forged',
          'x-request-id': 'req-1',
          traceparent,
          tracestate: 'a=1',
        },
      );
      expect(answer.headers.get('x-request-id')).toBe('req-1');
      const headers: IncomingHttpHeaders = shop.accounts.requests[0]?.headers ?? {};
      expect(headers).toMatchObject({ 'x-request-id': 'req-1', traceparent, tracestate: 'a=1' });
      expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['authorization']));
      for (const name of ['authorization', 'cookie', 'x-tenant', 'x-viewer']) expect(headers).not.toHaveProperty(name);
      expect(gateway.lines).toContainEqual(
        expect.objectContaining({ requestId: 'req-1', msg: 'request', outcome: 'ok', status: 200 }),
      );
    });

    test('a new request id and trace when the client has none, or a harmful one', async () => {
      const answer = await gateway.post(
        { query: '{ users { id } }' },
        { 'x-request-id': 'a b"c', traceparent: '00-0-0-0' },
      );
      const headers: IncomingHttpHeaders = shop.accounts.requests[0]?.headers ?? {};
      expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers['x-request-id']).toBe(answer.headers.get('x-request-id'));
      expect(headers['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    });

    test('headers that the configuration names', async () => {
      const generous = await start(sdl, { headers: { propagate: ['X-Tenant'] } });
      await generous.post({ query: '{ users { id } }' }, { 'x-tenant': 't1', 'x-other': 'o' });
      expect(shop.accounts.requests[0]?.headers['x-tenant']).toBe('t1');
      expect(shop.accounts.requests[0]?.headers).not.toHaveProperty('x-other');
      await generous.close();
    });

    test('a signed viewer for each subgraph, when there is a key', async () => {
      const { privateKey, publicKey } = generateKeyPairSync('ed25519');
      const signing = await start(sdl, {
        viewerPrivateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      });
      await signing.post({ query: '{ orders { customer { name } } }' }, { 'x-viewer': 'forged' });
      await signing.close();
      const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
      const received = shop.accounts.requests[0]?.headers['x-viewer'];
      expect(await createViewerVerifier({ publicKey: pem, subgraph: 'accounts' }).verify(String(received))).toEqual({
        kind: 'anonymous',
      });
      await expect(
        createViewerVerifier({ publicKey: pem, subgraph: 'orders' }).verify(String(received)),
      ).rejects.toMatchObject({ code: 'VIEWER_INVALID' });
    });

    test('routing urls can be overridden by name', async () => {
      const moved = await start(sdl, { routingUrls: { ACCOUNTS: 'http://127.0.0.1:1/graphql' } });
      expect(codes(await moved.post({ query: '{ user(id: "u1") { id } }' }))).toEqual(['SUBGRAPH_UNAVAILABLE']);
      await moved.close();
    });
  });

  test('nothing phones home: every connection and every name looked up is a subgraph or the gateway itself', async () => {
    const seen: string[] = [];
    const connect = net.Socket.prototype.connect;
    const lookup = dns.lookup;
    net.Socket.prototype.connect = function (this: net.Socket, ...given: unknown[]) {
      const [first] = [given[0]].flat() as [{ host?: string; port?: number }];
      seen.push(`${first.host ?? ''}:${first.port ?? ''}`);
      return Reflect.apply(connect, this, given) as net.Socket;
    } as typeof connect;
    dns.lookup = ((...given: unknown[]) => {
      seen.push(String(given[0]));
      return Reflect.apply(lookup, dns, given) as unknown;
    }) as typeof lookup;
    try {
      const watched = await start(sdl);
      await watched.post({ query: '{ orders { customer { name } } }' });
      await watched.close();
      const allowed = [
        '127.0.0.1',
        ...[shop.accounts.url, shop.orders.url, watched.url].map((url) => new URL(url).host),
      ];
      expect(seen.filter((target) => !allowed.includes(target))).toEqual([]);
      expect(seen).toContain(new URL(shop.orders.url).host);
    } finally {
      net.Socket.prototype.connect = connect;
      dns.lookup = lookup;
    }
  });

  describe('any supergraph file', () => {
    test('is served with nothing else running, and followed when it changes; a bad one is refused', async () => {
      const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
      const one = await startFakeSubgraph(`${link} type Query { hello: String }`, { Query: { hello: () => 'world' } });
      const two = await startFakeSubgraph(`${link} type Query { bye: String }`, { Query: { bye: () => 'moon' } });
      const any = await start(composed({ one }));
      expect((await any.post({ query: '{ hello }' })).body).toEqual({ data: { hello: 'world' } });

      writeFileSync(any.supergraphFile, composed({ one, two }));
      await until(async () => (await any.post({ query: '{ hello bye }' })).status === 200);
      expect((await any.post({ query: '{ hello bye }' })).body).toEqual({ data: { hello: 'world', bye: 'moon' } });

      writeFileSync(any.supergraphFile, 'type Query { broken: ');
      await until(() => any.lines.some(({ msg }) => String(msg).includes('is refused')));
      expect((await any.post({ query: '{ hello bye }' })).body).toEqual({ data: { hello: 'world', bye: 'moon' } });

      writeFileSync(any.supergraphFile, composed({ two }));
      await until(
        async () =>
          (await any.post({ query: '{ bye }' })).status === 200 &&
          (await any.post({ query: '{ hello }' })).status === 400,
      );
      await Promise.all([any.close(), one.close(), two.close()]);
    });
  });

  describe('around the graph', () => {
    test('health is answered', async () => {
      expect((await fetch(`${gateway.url}/health/live`)).status).toBe(200);
      expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);
    });

    test('CORS lets the configured origins and localhost in, with Authorization, and nobody else', async () => {
      const allowedFor = async (origin: string) => {
        const response = await fetch(`${gateway.url}/graphql`, {
          method: 'OPTIONS',
          headers: {
            origin,
            'access-control-request-method': 'POST',
            'access-control-request-headers': 'authorization',
          },
        });
        return [
          response.headers.get('access-control-allow-origin'),
          response.headers.get('access-control-allow-headers'),
        ];
      };
      expect(await allowedFor('https://app.example.com')).toEqual([
        'https://app.example.com',
        expect.stringContaining('Authorization'),
      ]);
      expect((await allowedFor('http://localhost:3000'))[0]).toBe('http://localhost:3000');
      expect((await allowedFor('https://evil.example'))[0]).toBeNull();
    });

    test('in development the explorer loads everything from us', async () => {
      const page = await (await fetch(`${gateway.url}/`)).text();
      const loaded = [...page.matchAll(/(?:src|href)="([^"]+)"/g)]
        .map(([, url]) => String(url))
        .filter((url) => url !== 'data:,');
      expect(loaded.length).toBeGreaterThan(3);
      for (const path of loaded) expect([path, (await fetch(gateway.url + path)).status]).toEqual([path, 200]);
    });

    test('in production there is no explorer, no introspection, no suggestion and no localhost origin', async () => {
      const production = await start(sdl, { production: true, introspection: false, explorer: false });
      expect((await fetch(`${production.url}/`)).status).toBe(404);
      expect(codes(await production.post({ query: '{ __schema { types { name } } }' }))).toContain(
        'GRAPHQL_VALIDATION_FAILED',
      );
      expect((await production.post({ query: '{ user(id: "u1") { nam } }' })).body.errors?.[0]?.message).not.toContain(
        'Did you mean',
      );
      const preflight = await fetch(`${production.url}/graphql`, {
        method: 'OPTIONS',
        headers: { origin: 'http://localhost:3000', 'access-control-request-method': 'POST' },
      });
      expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
      await production.close();
    });

    test('metrics have a port of their own', async () => {
      const port = await new Promise<number>((resolve) => {
        const probe = net.createServer().listen(0, '127.0.0.1', () => {
          const address = probe.address();
          probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
        });
      });
      const measured = await start(sdl, { metricsPort: port });
      await measured.post({ query: 'query Names { users { name } }' });
      await measured.post({ query: 'query Names { forbidden }' });
      const text = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      await until(async () => /operation="Names",outcome="FORBIDDEN"/.test(await text()));
      expect(await text()).toMatch(/graphql_operations_total\{operation="Names",outcome="ok",service="gateway"\} 1/);
      expect((await fetch(`${measured.url}/metrics`)).status).toBe(404);
      await measured.close();
    });
  });
});
