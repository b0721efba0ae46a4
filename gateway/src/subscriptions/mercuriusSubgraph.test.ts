import { buildSubgraphSchema } from '@apollo/subgraph';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fastify, type FastifyInstance } from 'fastify';
import { parse } from 'graphql';
import mercurius from 'mercurius';
import { ordersSdl, startShop, type Shop } from '../../test/shop.ts';
import { composed, startTestGateway, until, type TestGateway } from '../../test/startTestGateway.ts';
import { connectWire } from '../../test/wire.ts';

/** A subgraph on another server library, which speaks graphql-transport-ws with words of its own and knows no cursors. */
let shop: Shop;
let subgraph: FastifyInstance;
let gateway: TestGateway;

type Subscribing = { pubsub: { subscribe: (topic: string) => Promise<AsyncIterator<unknown>> } };

beforeAll(async () => {
  shop = await startShop();
  subgraph = fastify();
  await subgraph.register(mercurius, {
    schema: buildSubgraphSchema([
      {
        typeDefs: parse(ordersSdl),
        resolvers: {
          Subscription: {
            orderEvents: {
              subscribe: (_: unknown, _given: unknown, { pubsub }: Subscribing) => pubsub.subscribe('orders'),
            },
          },
        } as never,
      },
    ]),
    subscription: true,
  });
  const url = await subgraph.listen({ port: 0, host: '127.0.0.1' });
  gateway = await startTestGateway(
    composed({ accounts: shop.accounts, orders: { url: `${url}/graphql`, sdl: ordersSdl } }),
  );
});
afterAll(async () => {
  await gateway.close();
  await subgraph.close();
  await shop.close();
});

const publish = (id: string) =>
  subgraph.graphql.pubsub.publish({
    topic: 'orders',
    payload: {
      orderEvents: { id, type: 'PAID', order: { id: 'o1', total: 100, customer: { __typename: 'User', id: 'u1' } } },
    },
  });

test('a subgraph on Mercurius is subscribed to as any other, and its clients are told that it cannot resume', async () => {
  const client = await connectWire(gateway.url);
  client.subscribe('subscription { orderEvents { id order { total customer { name } } } }', { cursor: null });
  // Nothing acknowledges a subscription.
  let n = 0;
  await until(async () => {
    publish(`e${(n += 1)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    return client.results().length >= 3;
  });
  const ids = client.results().map(({ data }) => (data?.['orderEvents'] as { id: string } | undefined)?.id);
  const first = Number(ids[0]?.slice(1));
  expect(ids).toEqual(ids.map((_, index) => `e${first + index}`));
  expect(client.results()[0]).toEqual({
    data: { orderEvents: { id: ids[0], order: { total: 100, customer: { name: 'Ada' } } } },
    extensions: { resumable: false },
  });

  await subgraph.close();
  await until(() => client.errors().length > 0);
  expect(client.errors()[0]?.extensions).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
  client.leave();
});
