import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { createTokens } from '../../test/createTokens.ts';
import { startCursorSubgraph, type CursorSubgraph } from '../../test/cursorSubgraph.ts';
import { startShop, type Shop } from '../../test/shop.ts';
import { composed, startTestGateway, until, type TestGateway } from '../../test/startTestGateway.ts';
import { readStream, type WireClient } from '../../test/wire.ts';
import { wireClients } from '../../test/wireClients.ts';
import { rateLimitConfig } from '../rateLimit/rateLimitConfig.ts';
import { subscriptionsConfig } from './subscriptionsConfig.ts';

/** What several subscribers have in common, and what each of them pays. */
let shop: Shop;
let orders: CursorSubgraph;
let tokens: Awaited<ReturnType<typeof createTokens>>;
let supergraph: string;
const connectTo = wireClients(() => orders.followers());

beforeAll(async () => {
  shop = await startShop();
  orders = await startCursorSubgraph();
  tokens = await createTokens();
  supergraph = composed({ accounts: shop.accounts, orders });
});
afterEach(() => {
  orders.subscribes.length = 0;
});
afterAll(async () => {
  await orders.stop();
  await shop.close();
});

const query = 'subscription { orderEvents { id } }';
const follow = async ({ url }: TestGateway, user: string): Promise<WireClient> => {
  const client = await connectTo(url, await tokens.headersOf(user));
  client.subscribe(query, { cursor: null });
  await until(() => client.cursor() !== undefined || client.errors().length > 0);
  return client;
};

test('people share nothing with each other, but of a root field that is declared independent of the viewer', async () => {
  const { authentication } = tokens;
  const apart = await startTestGateway(supergraph, { authentication });
  await Promise.all([follow(apart, 'u1'), follow(apart, 'u2')]);
  expect(orders.subscribes).toHaveLength(2);
  await apart.close();
  orders.subscribes.length = 0;

  const together = await startTestGateway(supergraph, {
    authentication,
    headers: { propagate: ['x-tenant'] },
    subscriptions: subscriptionsConfig.parse({ viewerIndependent: ['orderEvents'] }),
  });
  const [one, two] = [await follow(together, 'u1'), await follow(together, 'u2')];
  expect(orders.subscribes).toHaveLength(1);
  // Asked for as nobody: what one of them may see is not shown to the other.
  expect(orders.subscribes[0]?.extensions['viewer']).toBeUndefined();
  orders.publish('o1', 'both');
  await until(() => [one, two].every((client) => client.results().length === 1));
  await together.close();
});

test('a subscription is charged to the rate limit on every transport, and refused with the code when it is spent', async () => {
  const gateway = await startTestGateway(supergraph, {
    authentication: tokens.authentication,
    rateLimit: rateLimitConfig.parse({ default: { hour: 2 } }),
  });
  expect((await follow(gateway, 'u1')).errors()).toEqual([]);
  expect((await follow(gateway, 'u1')).errors()).toEqual([]);
  const codes = (await follow(gateway, 'u1')).errors().map(({ extensions }) => extensions?.['code']);
  expect(codes).toEqual(['RATE_LIMITED']);
  for (const accept of ['text/event-stream', 'multipart/mixed;subscriptionSpec="1.0"']) {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept, ...(await tokens.headersOf('u1')) },
      body: JSON.stringify({ query }),
    });
    const { text, ended } = readStream(response);
    await until(ended);
    expect(text()).toContain('RATE_LIMITED');
  }
  expect((await follow(gateway, 'u2')).errors()).toEqual([]);
  await gateway.close();
});
