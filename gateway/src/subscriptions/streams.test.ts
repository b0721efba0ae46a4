import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startCursorSubgraph, type CursorSubgraph } from '../../test/cursorSubgraph.ts';
import { startFakeSubgraph, type FakeSubgraph } from '../../test/fakeSubgraph.ts';
import { startShop, type Shop } from '../../test/shop.ts';
import { composed, startTestGateway, until, type TestGateway } from '../../test/startTestGateway.ts';
import { createTokens } from '../../test/createTokens.ts';
import { standingDate } from '../../test/standingDate.ts';
import { readStream } from '../../test/wire.ts';
import { subscriptionsConfig } from './subscriptionsConfig.ts';

// A token that lives for two seconds is good for as long as nobody's timer says otherwise.
standingDate();
let shop: Shop;
let orders: CursorSubgraph;
let counting: FakeSubgraph;
let tokens: Awaited<ReturnType<typeof createTokens>>;
let gateway: TestGateway;
let open: AbortController[] = [];

beforeAll(async () => {
  shop = await startShop();
  orders = await startCursorSubgraph();
  counting = await startFakeSubgraph('type Query { nothing: Int }  type Subscription { countdown: Int! }', {
    Subscription: {
      countdown: {
        subscribe: async function* () {
          for (const countdown of [2, 1]) yield { countdown };
        },
      },
    },
  });
  tokens = await createTokens();
  gateway = await startTestGateway(composed({ accounts: shop.accounts, orders, counting }), {
    authentication: tokens.authentication,
    subscriptions: subscriptionsConfig.parse({ heartbeatSeconds: 0.05, connections: 3 }),
  });
});
afterEach(async () => {
  for (const one of open) one.abort();
  open = [];
  await until(() => orders.followers() === 0);
});
afterAll(async () => {
  await gateway.close();
  await orders.stop();
  await counting.close();
  await shop.close();
});

const query = 'subscription { orderEvents { id } }';
const request = async (init: RequestInit, path = '/graphql') => {
  const leaving = new AbortController();
  open.push(leaving);
  const response = await fetch(`${gateway.url}${path}`, { ...init, signal: leaving.signal });
  return { response, ...readStream(response), leave: () => leaving.abort() };
};
const sse = { accept: 'text/event-stream' };
const multipart = { accept: 'multipart/mixed;subscriptionSpec="1.0", application/json' };
const post = (body: object, headers: Record<string, string>) =>
  request({ method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
const get = (headers: Record<string, string> = {}, text = query) =>
  request({ headers: { ...sse, ...headers } }, `/graphql?query=${encodeURIComponent(text)}`);
const withoutHeartbeats = (text: string) => text.replaceAll(':\n\n', '');

describe('Server-Sent Events', () => {
  test.each([
    ['GET', () => get()],
    ['POST', () => post({ query }, sse)],
  ])('by %s begin at once, carry cursors as ids, and give signs of life', async (_, begin) => {
    const { response, text } = await begin();
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    await until(() => text().startsWith(':\n\n'));
    await until(() => text().includes('id: c'));
    const place = /id: c(\d+)\n\n/.exec(text())?.[1];
    orders.publish('o1', 'a1');
    await until(() => text().includes('a1'));
    const after = Number(place) + 1;
    expect(withoutHeartbeats(text())).toBe(
      `id: c${place}\n\nid: c${after}\nevent: next\ndata: {"data":{"orderEvents":{"id":"a1"}},"extensions":{"cursor":"c${after}"}}\n\n`,
    );
    const length = text().length;
    await until(() => text().length > length);
    expect(text().endsWith(':\n\n')).toBe(true);
  });

  test('go on after the event that the browser names in Last-Event-ID', async () => {
    const { text, leave } = await get();
    await until(() => text().includes('id: c'));
    const cursor = /id: (c\d+)/.exec(text())?.[1] ?? '';
    leave();
    await until(() => orders.followers() === 0);
    orders.publish('o1', 'b1', 'b2');
    const again = await get({ 'last-event-id': cursor });
    await until(() => again.text().includes('b2'));
    expect([...again.text().matchAll(/"id":"(\w+)"/g)].map(([, id]) => id)).toEqual(['b1', 'b2']);
  });

  test('end upstream at once when the client leaves', async () => {
    const { leave } = await get();
    await until(() => orders.followers() === 1);
    leave();
    await until(() => orders.followers() === 0);
  });

  test.each([
    ['that does not fit', 'subscription { orderEvents { nothing } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['that is none', 'subscription {', 'GRAPHQL_PARSE_FAILED'],
  ])('tell of an operation %s as events, since EventSource reads nothing else', async (_, text, code) => {
    const stream = await get({}, text);
    await until(stream.ended);
    expect(stream.response.status).toBe(200);
    const [, data] = /^:\n\nevent: next\ndata: (.+)\n\nevent: complete\ndata:\n\n$/.exec(stream.text()) ?? [];
    expect(JSON.parse(data ?? '')).toMatchObject({ errors: [{ extensions: { code } }] });
  });

  test('carry the one answer of a query too, and refuse a mutation by GET', async () => {
    const answer = await get({}, '{ users { name } }');
    await until(answer.ended);
    expect(answer.text()).toContain('data: {"data":{"users":[{"name":"Ada"},{"name":"Grace"}]}}\n\nevent: complete');
    const refused = await get({}, 'mutation { rename(id: "u1", name: "x") { id } }');
    await until(refused.ended);
    expect(refused.text()).toContain('BAD_REQUEST');
  });

  test('end with a complete event, that has data for EventSource, when their subgraph ends the stream', async () => {
    const { text, ended } = await get({}, 'subscription { countdown }');
    await until(ended);
    const event = (n: number) => `event: next\ndata: {"data":{"countdown":${n}},"extensions":{"resumable":false}}`;
    expect(
      text()
        .split('\n\n')
        .filter((block) => block !== ':'),
    ).toEqual([event(2), event(1), 'event: complete\ndata:', '']);
  });

  test('are not for pages of other sites: EventSource asks no preflight', async () => {
    const { response } = await get({ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' });
    expect(response.status).toBe(403);
    const own = await get({ origin: 'https://app.example.com', 'sec-fetch-site': 'cross-site' });
    expect(own.response.status).toBe(200);
    expect(own.response.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
  });

  test('end with TOKEN_EXPIRED and the place to go on from when the token’s time comes', async () => {
    const { text, ended } = await get(await tokens.headersOf('u1', {}, '2s'));
    await until(() => text().includes('id: c'));
    const cursor = /id: (c\d+)/.exec(text())?.[1];
    await until(ended);
    const [, data] = /data: (\{"errors".+)\n\nevent: complete/.exec(text()) ?? [];
    expect(JSON.parse(data ?? '')).toMatchObject({ errors: [{ extensions: { code: 'TOKEN_EXPIRED', cursor } }] });
  });

  test('are refused when all connections are taken, and served again when one is given back', async () => {
    const held = [await get(), await get(), await get()];
    const { response } = await get();
    expect(response.status).toBe(503);
    held[0]?.leave();
    await until(async () => (await get()).response.status === 200);
  });
});

describe('multipart HTTP', () => {
  const parts = (text: string): unknown[] =>
    text
      .split('\r\n--graphql')
      .map((part) => part.slice(part.indexOf('\r\n\r\n') + 4))
      .filter((part) => part.startsWith('{'))
      .map((part) => JSON.parse(part) as unknown)
      .filter((part) => JSON.stringify(part) !== '{}');

  test('carries events as parts with cursors, and empty objects as signs of life', async () => {
    const { response, text } = await post({ query, extensions: { cursor: null } }, multipart);
    expect(response.headers.get('content-type')).toBe('multipart/mixed;boundary="graphql";subscriptionSpec="1.0"');
    await until(() => text().startsWith('--graphql\r\ncontent-type: application/json\r\n\r\n{}\r\n--graphql'));
    await until(() => parts(text()).length === 1);
    expect(parts(text())[0]).toEqual({ payload: { extensions: { cursor: expect.any(String), live: true } } });
    orders.publish('o1', 'm1');
    await until(() => parts(text()).length === 2);
    expect(parts(text())[1]).toEqual({
      payload: { data: { orderEvents: { id: 'm1' } }, extensions: { cursor: expect.any(String) } },
    });
  });

  test('tells nothing of places to a client that did not ask: Apollo’s would take it for an empty result', async () => {
    const { text } = await post({ query }, multipart);
    await until(() => orders.followers() === 1);
    orders.publish('o1', 'm2');
    await until(() => parts(text()).length > 0);
    expect(parts(text())).toMatchObject([{ payload: { data: { orderEvents: { id: 'm2' } } } }]);
  });

  test('ends with the closing boundary when its subgraph ends the stream', async () => {
    const { text, ended } = await post({ query: 'subscription { countdown }' }, multipart);
    await until(ended);
    expect(parts(text()).map((part) => (part as { payload: { data: unknown } }).payload.data)).toEqual([
      { countdown: 2 },
      { countdown: 1 },
    ]);
    expect(text().endsWith('\r\n--graphql--\r\n')).toBe(true);
  });

  test('goes on from a cursor, and ends with the code when it does not hold', async () => {
    const { text, ended } = await post({ query, extensions: { cursor: 'gone' } }, multipart);
    await until(ended);
    expect(parts(text())).toMatchObject([
      { payload: null, errors: [{ extensions: { code: 'SUBSCRIPTION_CURSOR_INVALID', snapshot: true } }] },
    ]);
    expect(text().endsWith('\r\n--graphql--\r\n')).toBe(true);
    const whole = await post({ query, extensions: { cursor: 'c0' } }, multipart);
    await until(() => JSON.stringify(parts(whole.text())).includes('m2'));
  });
});

test('a body that is no GraphQL request is refused before anything is streamed', async () => {
  for (const body of [{}, { query: 1 }, { query, variables: 'x' }, { query, extensions: { cursor: 1 } }]) {
    const { response, text, ended } = await post(body, sse);
    await until(ended);
    expect(response.status).toBe(400);
    expect(JSON.parse(text())).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  }
});
