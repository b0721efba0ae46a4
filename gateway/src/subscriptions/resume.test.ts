import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { startCursorSubgraph, type CursorSubgraph } from '../../test/cursorSubgraph.ts';
import { ordersSdl, startShop, type Shop } from '../../test/shop.ts';
import { composed, startTestGateway, until, type TestGateway } from '../../test/startTestGateway.ts';
import type { WireClient } from '../../test/wire.ts';
import { wireClients } from '../../test/wireClients.ts';
import { subscriptionsConfig } from './subscriptionsConfig.ts';

let shop: Shop;
let orders: CursorSubgraph;
let gateway: TestGateway;
let supergraph: string;
const connectTo = wireClients(() => orders.followers());

beforeAll(async () => {
  shop = await startShop();
  orders = await startCursorSubgraph();
  supergraph = composed({ accounts: shop.accounts, orders });
  gateway = await startTestGateway(supergraph, { subscriptions: subscriptionsConfig.parse({ rememberedEvents: 4 }) });
});
afterEach(() => {
  orders.subscribes.length = 0;
  shop.accounts.requests.length = 0;
});
afterAll(async () => {
  await gateway.close();
  await orders.stop();
  await shop.close();
});

const query = 'subscription { orderEvents { id } }';
const connect = (url = gateway.url): Promise<WireClient> => connectTo(url);
const follow = async (extensions?: object, text = query, variables = {}): Promise<WireClient> => {
  const client = await connect();
  client.subscribe(text, extensions, variables);
  return client;
};
const ids = (client: WireClient) =>
  client.results().map(({ data }) => (data?.['orderEvents'] as { id: string } | undefined)?.id);
/** One that can resume, and is live. */
const followLive = async (text = query): Promise<WireClient> => {
  const client = await follow({ cursor: null }, text);
  await until(() => client.cursor() !== undefined);
  return client;
};

describe('a cursor', () => {
  test('comes with each event, and at once to who asks for it', async () => {
    const client = await followLive();
    expect(client.messages.at(-1)?.payload).toEqual({ extensions: { cursor: 'c0', live: true } });
    const plain = await follow();
    orders.publish('o1', 'a1');
    await until(() => client.results().length + plain.results().length === 2);
    expect(client.results()).toEqual([{ data: { orderEvents: { id: 'a1' } }, extensions: { cursor: 'c1' } }]);
    expect(plain.messages.filter(({ type }) => type === 'next')).toHaveLength(1);
  });

  test('brings back what was missed, once and in order, and goes on live', async () => {
    const before = await followLive();
    orders.publish('o1', 'b1');
    await until(() => ids(before).length === 1);
    const cursor = before.cursor();
    before.leave();
    await until(() => orders.followers() === 0);
    orders.publish('o1', 'b2', 'b3');
    const after = await follow({ cursor });
    await until(() => ids(after).length === 2);
    orders.publish('o1', 'b4');
    await until(() => ids(after).length === 3);
    expect(ids(after)).toEqual(['b2', 'b3', 'b4']);
    expect(orders.subscribes.map(({ extensions }) => extensions['cursor'])).toEqual([null, cursor]);
  });

  test('that does not hold is refused with the subgraph’s code and its offer of a snapshot', async () => {
    const client = await follow({ cursor: 'gone' });
    await until(() => client.errors().length > 0);
    expect(client.errors()[0]?.extensions).toMatchObject({ code: 'SUBSCRIPTION_CURSOR_INVALID', snapshot: true });
    expect(client.results()).toEqual([]);
    const wrong = await follow({ cursor: 7 });
    await until(() => wrong.errors().length > 0);
    expect(wrong.errors()[0]?.extensions).toMatchObject({ code: 'BAD_REQUEST' });
  });

  test('is not swallowed by a subgraph that knows none: the client is told instead of missing events', async () => {
    const plain = await startTestGateway(composed({ accounts: shop.accounts, orders: shop.orders }));
    const client = await connect(plain.url);
    client.subscribe(query, { cursor: 'c1' });
    await until(() => shop.followers() === 1);
    shop.publish('e1', 'o1');
    await until(() => client.errors().length > 0);
    expect(client.errors()[0]?.extensions).toMatchObject({ code: 'SUBSCRIPTION_NOT_RESUMABLE' });
    await plain.close();
  });
});

describe('a restart of the subgraph', () => {
  test('is not seen by clients: the gateway goes on where it was', async () => {
    const client = await followLive();
    orders.publish('o1', 'r1');
    await until(() => ids(client).length === 1);
    await orders.stop();
    orders.publish('o1', 'r2', 'r3');
    await orders.start();
    await until(() => ids(client).length === 3);
    orders.publish('o1', 'r4');
    await until(() => ids(client).length === 4);
    expect(ids(client)).toEqual(['r1', 'r2', 'r3', 'r4']);
    expect(client.errors()).toEqual([]);
  });

  test('that takes too long is told, with the cursor to resume from', async () => {
    const hasty = await startTestGateway(supergraph, {
      subscriptions: subscriptionsConfig.parse({ resumeSeconds: 0.001 }),
    });
    const client = await connect(hasty.url);
    client.subscribe(query, { cursor: null });
    await until(() => client.cursor() !== undefined);
    const cursor = client.cursor();
    await orders.stop();
    await until(() => client.errors().length > 0);
    expect(client.errors()[0]?.extensions).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE', cursor });
    await orders.start();
    await hasty.close();
  });
});

describe('identical subscriptions', () => {
  const enriched = 'subscription { orderEvents { id order { customer { name } } } }';

  test('share one subscription at the subgraph and one run of the rest of the plan', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => followLive(enriched)));
    orders.publish('o1', 's1');
    await until(() => all.every((client) => ids(client).length === 1));
    expect(orders.subscribes).toHaveLength(1);
    expect(shop.accounts.requests).toHaveLength(1);
    expect(new Set(all.map((client) => JSON.stringify(client.results())))).toHaveProperty('size', 1);
  });

  test('do not share with others: other variables are another subscription', async () => {
    const text = 'subscription ($id: ID) { orderEvents(orderId: $id) { id } }';
    const one = await follow({ cursor: null }, text, { id: 'o1' });
    const two = await follow({ cursor: null }, text, { id: 'o2' });
    await until(() => one.cursor() !== undefined && two.cursor() !== undefined);
    orders.publish('o1', 's2');
    orders.publish('o2', 's3');
    await until(() => ids(one).length + ids(two).length === 2);
    expect([ids(one), ids(two)]).toEqual([['s2'], ['s3']]);
    expect(orders.subscribes).toHaveLength(2);
  });

  test('that come back with a cursor which is remembered need nothing of the subgraph', async () => {
    const stays = await followLive();
    const cursor = stays.cursor();
    orders.publish('o1', 't1', 't2');
    await until(() => ids(stays).length === 2);
    const back = await follow({ cursor });
    await until(() => ids(back).length === 2);
    orders.publish('o1', 't3');
    await until(() => ids(back).length === 3);
    expect(ids(back)).toEqual(['t1', 't2', 't3']);
    expect(orders.subscribes).toHaveLength(1);
  });

  test('that come from further back catch up apart and are then one with the others again', async () => {
    const stays = await followLive();
    const cursor = stays.cursor();
    const many = Array.from({ length: 10 }, (_, index) => `u${index}`);
    for (const id of many) orders.publish('o1', id);
    await until(() => ids(stays).length === 10);
    const back = [await connect(), await connect()];
    for (const client of back) client.subscribe(query, { cursor });
    await until(() => back.every((client) => ids(client).length === 10));
    await until(() => orders.followers() === 1);
    orders.publish('o1', 'u10');
    await until(() => [stays, ...back].every((client) => ids(client).length === 11));
    for (const client of back) expect(ids(client)).toEqual([...many, 'u10']);
    expect(orders.subscribes).toHaveLength(2);
  });
});

test('events that come together have their entities fetched together', async () => {
  const client = await followLive('subscription { orderEvents { id order { total customer { name } } } }');
  await orders.stop();
  orders.publish('o1', 'v1', 'v2', 'v3');
  orders.publish('o2', 'v4', 'v5', 'v6');
  await orders.start();
  await until(() => ids(client).length === 6);
  expect(client.results().map(({ data }) => data?.['orderEvents'])).toMatchObject(
    ['Ada', 'Ada', 'Ada', 'Grace', 'Grace', 'Grace'].map((name) => ({ order: { customer: { name } } })),
  );
  // The first may come alone; two customers are asked for, each once.
  expect(shop.accounts.requests.length).toBeLessThanOrEqual(2);
  expect(shop.accounts.requests.at(-1)?.variables?.['representations']).toEqual([
    { __typename: 'User', id: 'u1' },
    { __typename: 'User', id: 'u2' },
  ]);
});

test('events that come together keep their errors apart', async () => {
  const client = await followLive('subscription { orderEvents { id order { customer { id unlucky } } } }');
  await orders.stop();
  orders.publish('o1', 'y1', 'y2');
  orders.publish('o2', 'y3');
  await orders.start();
  await until(() => ids(client).length === 3);
  const ofEach = client.results().map(({ data, errors = [] }) => [data, errors.map(({ path }) => path)]);
  expect(ofEach).toEqual(
    ['u1', 'u1', 'u2'].map((id, index) => [
      { orderEvents: { id: `y${index + 1}`, order: { customer: { id, unlucky: null } } } },
      [['orderEvents', 'order', 'customer', 'unlucky']],
    ]),
  );
  expect(shop.accounts.requests.length).toBeLessThanOrEqual(2);
});

describe('a reload of the supergraph', () => {
  const reload = async (sdl: string): Promise<void> => {
    gateway.lines.length = 0;
    writeFileSync(gateway.supergraphFile, sdl);
    await until(() => gateway.lines.some(({ msg }) => msg === 'the supergraph was reloaded'));
  };

  test('plans running subscriptions anew, and closes those that no longer fit with a code and a cursor', async () => {
    const fits = await followLive('subscription { orderEvents { id } }');
    const needsType = await followLive('subscription { orderEvents { id type } }');
    const changed = ordersSdl.replace('type: String!  order', 'order');
    await reload(composed({ accounts: shop.accounts, orders: { url: orders.url, sdl: changed } }));
    await until(() => needsType.errors().length > 0);
    expect(needsType.errors()[0]?.extensions).toMatchObject({
      code: 'SUBSCRIPTION_SCHEMA_CHANGED',
      cursor: needsType.cursor(),
    });
    orders.publish('o1', 'w1');
    await until(() => ids(fits).length === 1);
    expect(fits.errors()).toEqual([]);
    await reload(supergraph);
  });
});
