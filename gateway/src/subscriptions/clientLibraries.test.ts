import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client/core';
import { RetryLink } from '@apollo/client/link/retry';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Client, subscriptionExchange } from '@urql/core';
import { createClient, type Client as WsClient } from 'graphql-ws';
import { filter, tap } from 'rxjs';
import { WebSocket } from 'ws';
import { startCursorSubgraph, type CursorSubgraph } from '../../test/cursorSubgraph.ts';
import { startCutter, type Cutter } from '../../test/startCutter.ts';
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
  cutter.cut();
  await until(() => orders.followers() === 0);
  orders.publish('o1', `${prefix}2`, `${prefix}3`);
  await until(() => ids.length === 3);
  orders.publish('o1', `${prefix}4`);
  await until(() => ids.length === 4);
  expect(ids).toEqual([1, 2, 3, 4].map((n) => `${prefix}${n}`));
};

const connectWs = (): WsClient => {
  const ws = createClient({
    url: `${cutter.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 10,
    shouldRetry: () => true,
    retryWait: () => new Promise((resolve) => setTimeout(resolve, 200)),
  });
  leave.push(() => void ws.dispose());
  return ws;
};

describe('Apollo Client, as docs/subscriptions.md has it, resumes', () => {
  const resume = new ApolloLink((operation, forward) => {
    operation.extensions['cursor'] ??= null;
    return forward(operation).pipe(
      tap(({ extensions }) => {
        operation.extensions['cursor'] = extensions?.['cursor'] ?? operation.extensions['cursor'];
      }),
      filter(({ data, errors }) => data !== undefined || errors !== undefined),
    );
  });
  const retry = new RetryLink({ delay: { initial: 200 }, attempts: { max: Infinity } });

  test.each([
    ['multipart HTTP', (): ApolloLink => new HttpLink({ uri: `${cutter.url}/graphql` })],
    ['WebSocket', (): ApolloLink => new GraphQLWsLink(connectWs())],
  ])('over %s', async (name, link) => {
    const client = new ApolloClient({ cache: new InMemoryCache(), link: ApolloLink.from([retry, resume, link()]) });
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
  const client = new Client({
    url: `${cutter.url}/graphql`,
    preferGetMethod: false,
    exchanges: [
      subscriptionExchange({
        forwardSubscription: ({ query, variables }) => ({
          subscribe: (sink) => {
            let cursor: string | null = null;
            const unsubscribe = ws.subscribe<Record<string, unknown>, { cursor?: string }>(
              {
                query: query ?? '',
                variables: { ...variables },
                extensions: {
                  get cursor() {
                    return cursor;
                  },
                },
              },
              {
                ...sink,
                next: (result) => {
                  cursor = result.extensions?.cursor ?? cursor;
                  const { data, errors = [] } = result;
                  if (data !== undefined) sink.next({ data, errors });
                },
              },
            );
            return { unsubscribe };
          },
        }),
      }),
    ],
  });
  const ids: string[] = [];
  const { unsubscribe } = client
    .subscription<Event>('subscription { orderEvents { id } }', {})
    .subscribe(({ data }) => data && ids.push(data.orderEvents.id));
  leave.push(unsubscribe);
  await live(ids, 'u');
});
