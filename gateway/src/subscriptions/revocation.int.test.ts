import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { grantClaim, revocationList, revocationMessage, revoked } from '@supergraph/auth';
import { testBackingServices, testNamespace } from '@supergraph/testing';
import { Redis } from 'ioredis';
import { createTokens } from '../../test/createTokens.ts';
import { startCursorSubgraph, type CursorSubgraph } from '../../test/cursorSubgraph.ts';
import { startShop, type Shop } from '../../test/shop.ts';
import { composed, startTestGateway, until, type TestGateway } from '../../test/startTestGateway.ts';
import { connectWire, readStream } from '../../test/wire.ts';
import { subscriptionsConfig } from './subscriptionsConfig.ts';

const namespace = testNamespace('subscription_revocation');
let redis: Redis;
let shop: Shop;
let orders: CursorSubgraph;
let tokens: Awaited<ReturnType<typeof createTokens>>;
let gateway: TestGateway;
let leave: (() => void)[] = [];

beforeAll(async () => {
  const { redisUrl } = testBackingServices();
  redis = new Redis(redisUrl);
  shop = await startShop();
  orders = await startCursorSubgraph();
  tokens = await createTokens();
  gateway = await startTestGateway(composed({ accounts: shop.accounts, orders }), {
    authentication: tokens.authentication,
    redisUrl,
    namespace,
    // Nobody looks at a token by the clock here.
    subscriptions: subscriptionsConfig.parse({ heartbeatSeconds: 3600 }),
  });
  await until(async () => {
    const [, listeners] = await redis.pubsub('NUMSUB', `${namespace}${revocationList.channel}`);
    return Number(listeners) > 0;
  });
});
afterEach(async () => {
  for (const one of leave) one();
  leave = [];
  await until(() => orders.followers() === 0);
});
afterAll(async () => {
  await gateway.close();
  await orders.stop();
  await shop.close();
  redis.disconnect();
});

/** What a follower has been told, as text, and whether its connection has ended. */
type Follower = Readonly<{ text: () => string; ended: () => boolean }>;
const query = 'subscription { orderEvents { id } }';

const overWebSocket = async (headers: { authorization: string }): Promise<Follower> => {
  const client = await connectWire(gateway.url, headers);
  leave.push(client.leave);
  client.subscribe(query, { cursor: null });
  return {
    text: () => JSON.stringify([client.messages, client.closed]),
    ended: () => client.closed.length > 0,
  };
};
const overHttp =
  (accept: string) =>
  async (headers: { authorization: string }): Promise<Follower> => {
    const leaving = new AbortController();
    leave.push(() => leaving.abort());
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept, ...headers },
      body: JSON.stringify({ query, extensions: { cursor: null } }),
      signal: leaving.signal,
    });
    return readStream(response);
  };

const tell = (member: string) =>
  redis.publish(`${namespace}${revocationList.channel}`, revocationMessage({ member, until: Date.now() + 60_000 }));
const seconds = (): number => Math.floor(Date.now() / 1_000);

let nth = 0;
const transports = [
  ['a WebSocket', overWebSocket],
  ['Server-Sent Events', overHttp('text/event-stream')],
  ['multipart HTTP', overHttp('multipart/mixed;subscriptionSpec="1.0"')],
] as const;
const endings = [
  ['a grant that is revoked', 'TOKEN_REVOKED', (user: string) => revoked.grant(`of ${user}`)],
  ['a role that is taken away', 'TOKEN_EXPIRED', (user: string) => revoked.rights(user, seconds())],
] as const;

test.each(
  transports.flatMap(([transport, follow]) => endings.map((ending) => [transport, ...ending, follow] as const)),
)(
  'over %s, %s in the middle of a stream yields nothing more and %s, while others go on',
  async (_transport, _what, code, memberOf, follow) => {
    const [user, other] = [`u${(nth += 1)}`, `u${(nth += 1)}`];
    const headersOf = (name: string) => tokens.headersOf(name, { iat: seconds() - 1, [grantClaim]: `of ${name}` });
    const [mine, theirs] = [await follow(await headersOf(user)), await follow(await headersOf(other))];
    await until(() => [mine, theirs].every(({ text }) => text().includes('cursor') || text().includes('id: c')));
    orders.publish('o1', `before${nth}`);
    await until(() => [mine, theirs].every(({ text }) => text().includes(`before${nth}`)));

    await tell(memberOf(user));
    await until(mine.ended);
    await until(() => orders.followers() === 1);
    orders.publish('o1', `after${nth}`);
    await until(() => theirs.text().includes(`after${nth}`));
    expect(mine.text()).toContain(code);
    expect(mine.text()).not.toContain(`after${nth}`);
    // Who gets another token goes on from here; an error message of a WebSocket has nothing to add to its cursors.
    if (code === 'TOKEN_EXPIRED' && follow !== overWebSocket)
      expect(mine.text()).toMatch(/"cursor":"c\d+","code":"TOKEN_EXPIRED"/);
    expect(theirs.ended()).toBe(false);
  },
);

test('who comes back with such a token and a cursor is refused', async () => {
  const headers = await tokens.headersOf('late', { iat: seconds() - 1, [grantClaim]: 'of late' });
  const before = await overHttp('text/event-stream')(headers);
  await until(() => before.text().includes('id: c'));
  const cursor = /id: (c\d+)/.exec(before.text())?.[1] ?? '';
  await tell(revoked.grant('of late'));
  await until(before.ended);
  orders.publish('o1', 'secret');
  const again = await fetch(`${gateway.url}/graphql?query=${encodeURIComponent(query)}`, {
    headers: { accept: 'text/event-stream', 'last-event-id': cursor, ...headers },
  });
  expect(again.status).toBe(401);
  expect(await again.text()).toContain('TOKEN_REVOKED');
  const socket = await connectWire(gateway.url, headers);
  await until(() => socket.closed.length > 0);
  expect(socket.closed).toEqual([{ code: 4401, reason: 'TOKEN_REVOKED' }]);
});
