import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createViewerVerifier } from '@supergraph/auth';
import { createClient, type Client } from 'graphql-ws';
import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { startShop, type Shop } from '../../test/shop.ts';
import { standingDate } from '../../test/standingDate.ts';
import {
  composed,
  startTestGateway,
  until,
  type GraphQLErrorJson,
  type TestGateway,
} from '../../test/startTestGateway.ts';

const viewerKeys = generateKeyPairSync('ed25519');
const viewerPrivateKey = viewerKeys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const viewerPublicKey = viewerKeys.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const issuer = 'https://issuer.example';
const audience = 'shop';

// A token that lives for two seconds is good for as long as nobody's timer says otherwise.
standingDate();
let shop: Shop;
let gateway: TestGateway;
let signToken: (expiresIn: number) => Promise<string>;
const clients: Client[] = [];

beforeAll(async () => {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256' };
  const jwks = join(mkdtempSync(join(tmpdir(), 'jwks-')), 'jwks.json');
  writeFileSync(jwks, JSON.stringify({ keys: [jwk] }));
  signToken = (expiresIn) =>
    new SignJWT({ roles: ['customer'] })
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .setSubject('u1')
      .setIssuer(issuer)
      .setAudience(audience)
      .setExpirationTime(Math.floor(Date.now() / 1000) + expiresIn)
      .sign(privateKey);

  shop = await startShop();
  gateway = await startTestGateway(composed({ accounts: shop.accounts, orders: shop.orders }), {
    viewerPrivateKey,
    authentication: { jwks, issuer, audience },
  });
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
  await until(() => shop.followers() === 0);
  shop.orders.subscribes.length = 0;
});
afterAll(async () => {
  await gateway.close();
  await shop.close();
});

type Result = { data?: Record<string, unknown> | null; errors?: readonly GraphQLErrorJson[] };
type Outcome = {
  results: Result[];
  errors: readonly GraphQLErrorJson[];
  completed: boolean;
  leave: () => void;
  closed: { code: number; reason: string }[];
};

/** Subscribes as a client of its own, and collects what it is told. */
const follow = (
  query: string,
  variables: Record<string, unknown> = {},
  connectionParams: Record<string, unknown> = {},
  url = gateway.url,
): Outcome => {
  const outcome: Outcome = { results: [], errors: [], completed: false, leave: () => {}, closed: [] };
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams,
    on: { closed: (event) => void outcome.closed.push(event as { code: number; reason: string }) },
  });
  clients.push(client);
  outcome.leave = client.subscribe<Record<string, unknown>>(
    { query, variables },
    {
      next: (result) => void outcome.results.push(result as Result),
      error: (reason) => {
        if (Array.isArray(reason)) outcome.errors = reason as GraphQLErrorJson[];
      },
      complete: () => {
        outcome.completed = true;
      },
    },
  );
  return outcome;
};

/** What is said with every event of a subgraph that knows no cursors. */
const unresumable = { extensions: { resumable: false } };

const codes = (errors: readonly GraphQLErrorJson[] | undefined) =>
  errors?.map(({ extensions }) => extensions?.['code']);

describe('a subscription', () => {
  test('brings every event in order, each with fields of other subgraphs, and of the same one again', async () => {
    const { results } = follow('subscription { orderEvents { id order { total customer { name orders { id } } } } }');
    await until(() => shop.followers() === 1);
    shop.publish('e1', 'o1');
    shop.publish('e2', 'o2');
    await until(() => results.length === 2);
    expect(results).toEqual([
      {
        data: { orderEvents: { id: 'e1', order: { total: 100, customer: { name: 'Ada', orders: [{ id: 'o1' }] } } } },
        ...unresumable,
      },
      {
        ...unresumable,
        data: { orderEvents: { id: 'e2', order: { total: 200, customer: { name: 'Grace', orders: [{ id: 'o2' }] } } } },
      },
    ]);
  });

  test('gives the client its own selection: aliases, fragments, variables, @skip and @include', async () => {
    const { results } = follow(
      `subscription Follow($id: ID, $names: Boolean!, $types: Boolean = false) {
         happened: orderEvents(orderId: $id) { __typename what: type @include(if: $types) order { ...of } }
       }
       fragment of on Order { sum: total customer { ... on User { who: name @include(if: $names) } id @skip(if: $names) } }`,
      { id: 'o1', names: true },
    );
    await until(() => shop.followers() === 1);
    shop.publish('e1', 'o1');
    await until(() => results.length === 1);
    expect(results).toEqual([
      {
        data: { happened: { __typename: 'OrderEvent', order: { sum: 100, customer: { who: 'Ada' } } } },
        ...unresumable,
      },
    ]);
  });

  test('keeps what is there when another subgraph fails, with code and path; null spreads as in a query', async () => {
    const { results } = follow('subscription { orderEvents { id order { customer { id unlucky } } } }');
    await until(() => shop.followers() === 1);
    shop.publish('e1', 'o1');
    await until(() => results.length === 1);
    expect(results[0]?.data).toEqual({ orderEvents: { id: 'e1', order: { customer: { id: 'u1', unlucky: null } } } });
    expect(results[0]?.errors).toEqual([
      expect.objectContaining({
        path: ['orderEvents', 'order', 'customer', 'unlucky'],
        extensions: expect.objectContaining({ code: 'FORBIDDEN', serviceName: 'accounts' }),
      }),
    ]);

    const whole = follow('subscription { orderEvents { id order { note } } }');
    await until(() => shop.followers() === 2);
    shop.publish('e2', 'o1');
    await until(() => whole.results.length === 1);
    expect(whole.results[0]?.data).toBeNull();
    expect(whole.results[0]?.errors?.[0]?.path).toEqual(['orderEvents', 'order', 'note']);
  });

  test('goes on while another subgraph is away, and is whole again when it is back', async () => {
    const { results } = follow('subscription { orderEvents { id order { customer { id nickname name } } } }');
    await until(() => shop.followers() === 1);
    shop.accounts.answerWith({ status: 503, type: 'text/plain', body: 'away' });
    shop.publish('e1', 'o1');
    await until(() => results.length === 1);
    expect(codes(results[0]?.errors)).toEqual(['SUBGRAPH_UNAVAILABLE']);
    shop.accounts.answerWith(undefined);
    shop.publish('e2', 'o1');
    await until(() => results.length === 2);
    expect(results[1]).toEqual({
      data: { orderEvents: { id: 'e2', order: { customer: { id: 'u1', nickname: null, name: 'Ada' } } } },
      ...unresumable,
    });
  });

  test('is ended upstream at once when its client leaves, without waiting for an event', async () => {
    const one = follow('subscription { orderEvents { id } }');
    const two = follow('subscription { orderEvents { type } }');
    await until(() => shop.followers() === 2);
    one.leave();
    await until(() => shop.followers() === 1);
    shop.publish('e1', 'o1');
    await until(() => two.results.length === 1);
    expect(one.results).toEqual([]);
  });

  test('is ended upstream when its client vanishes', async () => {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    socket.on('open', () => socket.send('{"type":"connection_init"}'));
    socket.on('message', (message: Buffer) => {
      if (message.toString().includes('connection_ack')) {
        socket.send('{"id":"1","type":"subscribe","payload":{"query":"subscription { orderEvents { id } }"}}');
      }
    });
    await until(() => shop.followers() === 1);
    socket.terminate();
    await until(() => shop.followers() === 0);
  });

  test('shares one connection to the subgraph with all others; the viewer is in each subscribe, never in connection_init', async () => {
    const before = shop.orders.inits.length;
    follow('subscription { orderEvents { id } }', {}, { authorization: `Bearer ${await signToken(60)}` });
    await until(() => shop.followers() === 1);
    follow('subscription { orderEvents { type } }');
    await until(() => shop.followers() === 2);
    expect(shop.orders.inits.slice(before).length).toBeLessThanOrEqual(1);
    expect(shop.orders.inits.filter((payload) => payload !== undefined)).toEqual([]);
    const { verify } = createViewerVerifier({ publicKey: viewerPublicKey, subgraph: 'orders' });
    const viewers = await Promise.all(
      shop.orders.subscribes.map(({ extensions }) => verify(String(extensions['viewer']))),
    );
    expect(viewers).toEqual([{ kind: 'user', id: 'u1', roles: ['customer'], scopes: null }, { kind: 'anonymous' }]);
    expect(JSON.stringify(shop.orders.subscribes)).not.toContain('Bearer');
  });

  test('ends with SUBGRAPH_UNAVAILABLE when the subgraph is lost; a new one connects again', async () => {
    const lost = follow('subscription { orderEvents { id } }');
    await until(() => shop.followers() === 1);
    const alsoLost = follow('subscription { orderEvents { type } }');
    await until(() => shop.followers() === 2);
    shop.orders.dropSockets();
    await until(() => lost.errors.length > 0 && alsoLost.errors.length > 0);
    expect(codes(lost.errors)).toEqual(['SUBGRAPH_UNAVAILABLE']);
    expect(codes(alsoLost.errors)).toEqual(['SUBGRAPH_UNAVAILABLE']);
    expect(JSON.stringify(lost.errors)).not.toContain('127.0.0.1');

    const { results } = follow('subscription { orderEvents { id } }');
    await until(() => shop.followers() === 1);
    shop.publish('e1', 'o1');
    await until(() => results.length === 1);
  });

  test('to a subgraph that stays away ends with SUBGRAPH_UNAVAILABLE', async () => {
    const apart = await startTestGateway(composed({ accounts: shop.accounts, orders: shop.orders }), {
      routingUrls: { ORDERS: 'http://127.0.0.1:1/graphql' },
    });
    const outcome = follow('subscription { orderEvents { id } }', {}, {}, apart.url);
    await until(() => outcome.errors.length > 0);
    expect(codes(outcome.errors)).toEqual(['SUBGRAPH_UNAVAILABLE']);
    await apart.close();
  });

  test('refused by its subgraph is refused with the subgraph’s code', async () => {
    const refused = follow('subscription { refusedEvents { id } }');
    await until(() => refused.results.length + refused.errors.length > 0);
    expect(codes(refused.results[0]?.errors ?? refused.errors)).toEqual(['FORBIDDEN']);
  });

  test.each([
    ['an unknown field', 'subscription { orderEvents { nothing } }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['two root fields', 'subscription { orderEvents { id } refusedEvents { id } }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['a syntax error', 'subscription {', {}, 'GRAPHQL_PARSE_FAILED'],
    ['a wrong variable', 'subscription($id: ID) { orderEvents(orderId: $id) { id } }', { id: {} }, 'BAD_USER_INPUT'],
    ['nothing selected', 'subscription { orderEvents @skip(if: true) { id } }', {}, 'BAD_REQUEST'],
  ])('with %s is refused before anything goes upstream', async (_name, query, variables, code) => {
    const refused = follow(query, variables);
    await until(() => refused.errors.length > 0);
    expect(codes(refused.errors)).toEqual([code]);
    expect(shop.orders.subscribes).toEqual([]);
  });
});

test('queries and mutations work over the same socket, with the same errors', async () => {
  const query = follow('query { users { name } forbidden }');
  const mutation = follow('mutation { rename(id: "u1", name: "A") { name } }');
  const invalid = follow('{ nothing }');
  await until(() => query.completed && mutation.completed && invalid.completed);
  expect(query.results[0]?.data).toEqual({ users: [{ name: 'Ada' }, { name: 'Grace' }], forbidden: null });
  expect(codes(query.results[0]?.errors)).toEqual(['FORBIDDEN']);
  expect(mutation.results).toEqual([{ data: { rename: { name: 'A' } } }]);
  expect(codes(invalid.results[0]?.errors)).toEqual(['GRAPHQL_VALIDATION_FAILED']);
});

describe('the token of a socket', () => {
  test.each([
    ['as a field', (token: string) => ({ authorization: token })],
    ['as GraphiQL sends it', (token: string) => ({ Authorization: token })],
    ['inside headers', (token: string) => ({ headers: { Authorization: token } })],
  ])('is read from connection_init %s', async (_name, params) => {
    follow('subscription { orderEvents { id } }', {}, params(`Bearer ${await signToken(60)}`));
    await until(() => shop.orders.subscribes.length === 1);
    const { verify } = createViewerVerifier({ publicKey: viewerPublicKey, subgraph: 'orders' });
    expect(await verify(String(shop.orders.subscribes[0]?.extensions['viewer']))).toMatchObject({ id: 'u1' });
    await until(() => shop.followers() === 1);
  });

  test('closes the socket with 4401 when it is bad and 4403 when it is old', async () => {
    const bad = follow('subscription { orderEvents { id } }', {}, { authorization: 'Bearer nonsense' });
    const old = follow('subscription { orderEvents { id } }', {}, { authorization: `Bearer ${await signToken(-60)}` });
    await until(() => bad.closed.length + old.closed.length === 2);
    expect(bad.closed[0]).toMatchObject({ code: 4401, reason: 'TOKEN_INVALID' });
    expect(old.closed[0]).toMatchObject({ code: 4403, reason: 'TOKEN_EXPIRED' });
    expect(shop.orders.subscribes).toEqual([]);
  });

  test('closes the socket with 4403 when it expires, and the subscription ends upstream', async () => {
    const outcome = follow(
      'subscription { orderEvents { id } }',
      {},
      { authorization: `Bearer ${await signToken(2)}` },
    );
    await until(() => shop.followers() === 1);
    await until(() => outcome.closed.length === 1);
    expect(outcome.closed[0]).toMatchObject({ code: 4403, reason: 'TOKEN_EXPIRED' });
    await until(() => shop.followers() === 0);
  });
});

test('a socket on another path is turned away', async () => {
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/elsewhere`, 'graphql-transport-ws');
  const error = await new Promise<Error>((resolve) => socket.on('error', resolve));
  expect(error.message).toContain('404');
});

test('a subscription outlives a reload of the supergraph', async () => {
  const { results } = follow('subscription { orderEvents { id order { customer { name } } } }');
  await until(() => shop.followers() === 1);
  writeFileSync(gateway.supergraphFile, `# changed\n${composed({ accounts: shop.accounts, orders: shop.orders })}`);
  await until(() => gateway.lines.some(({ msg }) => msg === 'the supergraph was reloaded'));
  shop.publish('e1', 'o1');
  await until(() => results.length === 1);
  expect(results).toEqual([
    { data: { orderEvents: { id: 'e1', order: { customer: { name: 'Ada' } } } }, ...unresumable },
  ]);
});
