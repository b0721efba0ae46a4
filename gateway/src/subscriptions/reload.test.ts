import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { startCursorSubgraph, type CursorSubgraph } from '../../test/cursorSubgraph.ts';
import { startFakeSubgraph, type FakeSubgraph } from '../../test/fakeSubgraph.ts';
import { ordersSdl, startShop, type Shop } from '../../test/shop.ts';
import { composed, startTestGateway, until, type TestGateway } from '../../test/startTestGateway.ts';
import { connectWire, type WireClient } from '../../test/wire.ts';

/** A supergraph that changes while events wait: the total of an order moves from one subgraph to another. */
const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
const pricingSdl = `${link}
type Query { cheapest: Order }
type Order @key(fields: "id") { id: ID!  discount: Int  total: Int! }`;
const before = { orders: ordersSdl, pricing: pricingSdl.replace('total: Int!', '') };
const after = { orders: ordersSdl.replace('total: Int!', ''), pricing: pricingSdl };

let shop: Shop;
let orders: CursorSubgraph;
let pricing: FakeSubgraph;
let gateway: TestGateway;
let answer: () => void;
let answering: Promise<void>;
const clients: WireClient[] = [];

const hold = (): void => {
  answering = new Promise((resolve) => (answer = resolve));
};
beforeAll(async () => {
  shop = await startShop();
  orders = await startCursorSubgraph();
  hold();
  answer();
  pricing = await startFakeSubgraph(pricingSdl, {
    Order: {
      __resolveReference: ({ id }: { id: string }) => answering.then(() => ({ id, discount: 5, total: 7 })),
    },
  });
});
afterEach(async () => {
  answer();
  for (const client of clients.splice(0)) client.leave();
  await gateway.close();
  orders.subscribes.length = 0;
  pricing.requests.length = 0;
});
afterAll(async () => {
  await Promise.all([orders.stop(), pricing.close(), shop.close()]);
});

const serving = (sdl: typeof before, { url }: Readonly<{ url: string }>): string =>
  composed({
    accounts: shop.accounts,
    orders: { url, sdl: sdl.orders },
    pricing: { url: pricing.url, sdl: sdl.pricing },
  });
const reload = (supergraph: string): Promise<void> => {
  writeFileSync(gateway.supergraphFile, supergraph);
  return until(() => gateway.lines.some(({ msg }) => msg === 'the supergraph was reloaded'));
};
const follow = async (query: string, extensions?: object): Promise<WireClient> => {
  const client = await connectWire(gateway.url);
  clients.push(client);
  client.subscribe(query, extensions);
  return client;
};
const priced = 'subscription { orderEvents { id order { total discount } } }';
const eventsOf = (client: WireClient) => client.results().map(({ data }) => data?.['orderEvents']);

test('events that wait during a reload come once, in order, and by the plan of the new supergraph', async () => {
  gateway = await startTestGateway(serving(before, orders));
  const client = await follow(priced, { cursor: null });
  // It is told after the other one, over the same connection.
  await until(() => orders.followers() === 1);
  const witness = await follow('subscription { orderEvents { id } }', { cursor: null });
  await until(() => [client, witness].every((one) => one.cursor() !== undefined));

  hold();
  orders.publish('o1', 'a1');
  await until(() => pricing.requests.length === 1);
  orders.publish('o1', 'a2', 'a3', 'a4');
  await until(() => witness.results().length === 4);
  const subscribed = orders.subscribes.length;
  await reload(serving(after, orders));
  await until(() => orders.subscribes.length > subscribed);
  answer();
  orders.publish('o1', 'a5');
  await until(() => client.results().length === 5);

  // The first one was being completed: it ends as it began.
  expect(eventsOf(client)).toEqual([
    { id: 'a1', order: { total: 100, discount: 5 } },
    ...['a2', 'a3', 'a4', 'a5'].map((id) => ({ id, order: { total: 7, discount: 5 } })),
  ]);
  expect(client.messages.filter(({ type }) => type === 'error')).toEqual([]);
  expect(client.results().flatMap(({ errors = [] }) => errors)).toEqual([]);
});

test('a subscription without cursors that had no event yet is told that it may miss one when its subgraph is asked for something else', async () => {
  gateway = await startTestGateway(serving(before, shop.orders));
  const client = await follow(priced);
  await until(() => shop.followers() === 1);
  const same = await follow('subscription { orderEvents { id } }');
  await until(() => shop.followers() === 2);
  await reload(serving(after, shop.orders));
  await until(() => client.errors().length > 0);
  expect(client.errors().map(({ extensions }) => extensions?.['code'])).toEqual(['SUBSCRIPTION_NOT_RESUMABLE']);
  // Of this one the new supergraph asks the same.
  await until(() => shop.followers() === 1);
  shop.publish('n1', 'o1');
  await until(() => same.results().length === 1);
  expect([same.errors(), client.results()]).toEqual([[], []]);
});

test('events of a subgraph without cursors that wait during a reload come, and the client is told that more may be missing', async () => {
  gateway = await startTestGateway(serving(before, shop.orders));
  const client = await follow(priced);
  await until(() => shop.followers() === 1);
  const witness = await follow('subscription { orderEvents { id } }');
  await until(() => shop.followers() === 2);

  hold();
  shop.publish('b1', 'o1');
  await until(() => pricing.requests.length === 1);
  shop.publish('b2', 'o1');
  await until(() => witness.results().length === 2);
  await reload(serving(after, shop.orders));
  await until(() => shop.followers() === 1);
  answer();
  await until(() => client.errors().length > 0);

  expect(eventsOf(client)).toEqual(['b1', 'b2'].map((id) => ({ id, order: { total: 100, discount: 5 } })));
  expect(client.errors().map(({ extensions }) => extensions?.['code'])).toEqual(['SUBSCRIPTION_NOT_RESUMABLE']);
  expect(witness.errors()).toEqual([]);
});
