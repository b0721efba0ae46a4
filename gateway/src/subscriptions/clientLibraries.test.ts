import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client/core';
import { RetryLink } from '@apollo/client/link/retry';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient as createOurs, type Client as OurClient, type Handlers } from '@supergraph/client';
import { startCutter, type Cutter } from '@supergraph/testing';
import { Client, subscriptionExchange, type Exchange } from '@urql/core';
import { createClient, type Client as WsClient } from 'graphql-ws';
import { filter, tap } from 'rxjs';
import { WebSocket } from 'ws';
import { startCursorSubgraph, type CursorSubgraph } from '../../test/cursorSubgraph.ts';
import { recipeOf } from '../../test/recipe.ts';
import { startShop, type Shop } from '../../test/shop.ts';
import { composed, startTestGateway, until, type TestGateway } from '../../test/startTestGateway.ts';

let shop: Shop;
let orders: CursorSubgraph;
let gateway: TestGateway;
let cutter: Cutter;
let leave: (() => void)[] = [];

beforeAll(async () => {
  shop = await startShop();
  orders = await startCursorSubgraph();
  gateway = await startTestGateway(composed({ accounts: shop.accounts, orders }));
  cutter = await startCutter(gateway.url);
});
afterEach(async () => {
  for (const one of leave) one();
  leave = [];
  await until(() => orders.followers() === 0);
  orders.subscribes.length = 0;
});
afterAll(async () => {
  await cutter.close();
  await gateway.close();
  await orders.stop();
  await shop.close();
});

type Event = { orderEvents: { id: string } };

/** An event, a cut in which two more happen, and another one: each must arrive, once. */
const live = async (ids: readonly string[], prefix: string): Promise<void> => {
  await until(() => orders.followers() === 1);
  orders.publish('o1', `${prefix}1`);
  await until(() => ids.length === 1);
  // Nobody gets through before it has happened.
  cutter.cutAt('');
  cutter.cut();
  await until(() => orders.followers() === 0);
  orders.publish('o1', `${prefix}2`, `${prefix}3`);
  cutter.cutAt(null);
  await until(() => ids.length === 3);
  orders.publish('o1', `${prefix}4`);
  await until(() => ids.length === 4);
  expect(ids).toEqual([1, 2, 3, 4].map((n) => `${prefix}${n}`));
};

const connectWs = (): WsClient => {
  const ws = createClient({
    url: `${cutter.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: Infinity,
    shouldRetry: () => true,
    retryWait: () => new Promise((resolve) => setTimeout(resolve, 200)),
  });
  leave.push(() => void ws.dispose());
  return ws;
};

/** What all recipes speak of, and what becomes of it. */
const reader = () => {
  const ids: string[] = [];
  const problems: unknown[] = [];
  const heard: string[] = [];
  const names = {
    session: { accessToken: async () => 'nobody looks at it here' },
    query: 'subscription { orderEvents { id } }',
    show: ({ id }: { id: string }) => ids.push(id),
    report: (reason: unknown) => problems.push(reason),
    caughtUp: () => heard.push('live'),
    readEverythingAgain: () => heard.push('gap'),
  };
  return { ids, problems, heard, names };
};

/** Our client for a recipe, on its way to the gateway of these tests. */
const oursOver =
  (transport: 'websocket' | 'sse' | 'multipart') =>
  (options: Parameters<typeof createOurs>[0]): OurClient => {
    const url = `${cutter.url}/graphql`;
    const client = createOurs({ ...options, url, transport, webSocketImpl: WebSocket, backOff: () => 200 });
    leave.push(client.close);
    // The orders of these tests have no status.
    const subscribe = <Data>({ query, ...operation }: { query: string }, handlers: Handlers<Data>) =>
      client.subscribe({ ...operation, query: query.replace('status', 'total') }, handlers);
    return { ...client, subscribe };
  };

test.each(['websocket', 'sse', 'multipart'] as const)(
  '@supergraph/client, as docs/subscriptions.md has it, resumes over %s',
  async (transport) => {
    const { ids, problems, heard, names } = reader();
    recipeOf('`@supergraph/client`', 'client')({ ...names, createClient: oursOver(transport) });
    await live(ids, transport.slice(0, 1));
    expect([problems, new Set(heard)]).toEqual([[], new Set(['live'])]);
  },
);

describe('@supergraph/client, as its README has it, resumes', () => {
  const readme = 'packages/client/README.md';
  const ours = oursOver('websocket');

  test('in a browser', async () => {
    const { ids, problems, heard, names } = reader();
    const location = { origin: cutter.url };
    recipeOf('In a browser', 'subscription', readme)({ ...names, location, createClient: ours });
    await live(ids, 'b');
    expect([problems, new Set(heard)]).toEqual([[], new Set(['live'])]);
  });

  test('in Node, also in a program that was ended meanwhile', async () => {
    const { ids, problems, names } = reader();
    const kept: { cursor?: string } = {};
    const run = () =>
      recipeOf('In Node', 'client', readme)({ ...names, kept, WebSocket, createClient: ours }) as OurClient;
    const first = run();
    await live(ids, 'n');
    first.close();
    await until(() => orders.followers() === 0);
    orders.publish('o1', 'n5');
    run();
    await until(() => ids.length === 5);
    expect([ids.at(-1), problems]).toEqual(['n5', []]);
  });
});

test('graphql-ws, as docs/subscriptions.md has it, resumes', async () => {
  const { ids, problems, names } = reader();
  const url = `${cutter.url.replace('http', 'ws')}/graphql`;
  const retryWait = () => new Promise<void>((resolve) => setTimeout(resolve, 200));
  const client = recipeOf(
    '`graphql-ws`',
    'client',
  )({
    ...names,
    createClient: (options: Parameters<typeof createClient>[0]) =>
      createClient({ ...options, url, retryWait, webSocketImpl: WebSocket }),
  }) as WsClient;
  leave.push(() => void client.dispose());
  await live(ids, 'g');
  expect(problems).toEqual([]);
});

describe('Apollo Client, as docs/subscriptions.md has it, resumes', () => {
  const withLink = recipeOf('Apollo Client', 'link');

  test.each([
    ['multipart HTTP', (): ApolloLink => new HttpLink({ uri: `${cutter.url}/graphql` })],
    ['WebSocket', (): ApolloLink => new GraphQLWsLink(connectWs())],
  ])('over %s', async (name, link) => {
    // What `new` gives is the link of this row, whatever the recipe has there.
    const last = function () {
      return link();
    };
    const whole = withLink({ ApolloLink, HttpLink: last, RetryLink, filter, tap }) as ApolloLink;
    const client = new ApolloClient({ cache: new InMemoryCache(), link: whole });
    const ids: string[] = [];
    const problems: unknown[] = [];
    const subscription = client
      .subscribe<Event>({
        query: gql`
          subscription {
            orderEvents {
              id
            }
          }
        `,
      })
      .subscribe({
        next: ({ data, error }) => {
          if (data) ids.push(data.orderEvents.id);
          if (error) problems.push(error);
        },
        error: (error) => problems.push(error),
      });
    leave.push(
      () => subscription.unsubscribe(),
      () => client.stop(),
    );
    await live(ids, name.slice(0, 1));
    expect(problems).toEqual([]);
  });
});

test('urql, as docs/subscriptions.md has it, resumes', async () => {
  const ws = connectWs();
  const exchange = recipeOf('urql', 'exchange')({ subscriptionExchange, ws }) as Exchange;
  const client = new Client({ url: `${cutter.url}/graphql`, preferGetMethod: false, exchanges: [exchange] });
  const ids: string[] = [];
  const { unsubscribe } = client
    .subscription<Event>('subscription { orderEvents { id } }', {})
    .subscribe(({ data }) => data && ids.push(data.orderEvents.id));
  leave.push(unsubscribe);
  await live(ids, 'u');
});
