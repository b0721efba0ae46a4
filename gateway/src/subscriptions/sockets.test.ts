import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { startCursorSubgraph, type CursorSubgraph } from '../../test/cursorSubgraph.ts';
import { createTokens } from '../../test/createTokens.ts';
import { startShop, type Shop } from '../../test/shop.ts';
import { composed, startTestGateway, until, type TestGateway } from '../../test/startTestGateway.ts';
import { connectWire, type WireClient } from '../../test/wire.ts';
import { closeCodes } from './closeCodes.ts';
import { subscriptionsConfig } from './subscriptionsConfig.ts';

let shop: Shop;
let orders: CursorSubgraph;
let tokens: Awaited<ReturnType<typeof createTokens>>;
let gateway: TestGateway;
const clients: WireClient[] = [];

const query = 'subscription { orderEvents { id type order { total } } }';

beforeAll(async () => {
  shop = await startShop();
  orders = await startCursorSubgraph();
  tokens = await createTokens();
  gateway = await startTestGateway(composed({ accounts: shop.accounts, orders }), {
    authentication: tokens.authentication,
    subscriptions: subscriptionsConfig.parse({ mailboxEvents: 50, perPrincipal: 2, perConnection: 3, connections: 30 }),
  });
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.leave();
  await until(() => orders.followers() === 0);
});
afterAll(async () => {
  await gateway.close();
  await orders.stop();
  await shop.close();
});

const connect = async (params: object = {}): Promise<WireClient> => {
  const client = await connectWire(gateway.url, params);
  clients.push(client);
  return client;
};
const closeOf = async ({ closed }: WireClient) => {
  await until(() => closed.length > 0);
  return closed[0];
};
const codes = (client: WireClient) => client.errors().map(({ extensions }) => extensions?.['code']);

describe('a slow reader', () => {
  test('fills its own mailbox, is told and closed with a cursor, and costs the others no event', async () => {
    const slow = await connect();
    const others = await Promise.all(Array.from({ length: 20 }, () => connect()));
    for (const client of [slow, ...others]) client.subscribe(query, { cursor: null });
    await until(() => [slow, ...others].every((client) => client.cursor() !== undefined));
    slow.socket.pause();
    // More than the buffers of the system hold, for somebody who reads nothing.
    const filler = 'x'.repeat(100_000);
    let sent = 0;
    const overflowed = () => gateway.lines.some(({ reason }) => reason === 'SUBSCRIPTION_OVERFLOW');
    while (!overflowed() && sent < 2_000) {
      orders.publish('o1', `${filler}${sent}`);
      sent += 1;
      await until(() => others.every((client) => client.results().length >= sent - 10));
    }
    await until(() => others.every((client) => client.results().length === sent));
    slow.socket.resume();
    expect(await closeOf(slow)).toEqual({ code: closeCodes.overflow.code, reason: closeCodes.overflow.reason });
    expect(codes(slow)).toEqual(['SUBSCRIPTION_OVERFLOW']);

    // What it has read and what it gets from its cursor on is everything, once.
    const cursor = String(slow.errors()[0]?.extensions?.['cursor']);
    expect(slow.results().at(-1)?.extensions?.cursor).toBe(cursor);
    const back = await connect();
    back.subscribe('subscription { orderEvents { id } }', { cursor });
    await until(() => back.results().length === sent - slow.results().length);
  });
});

describe('limits', () => {
  test('hold for the subscriptions of one person over all connections, and are given back', async () => {
    const mine = await tokens.headersOf('u1');
    const [one, two] = [await connect(mine), await connect(mine)];
    one.subscribe(query, { cursor: null }, {}, 'a');
    two.subscribe(query, { cursor: null }, {}, 'b');
    await until(() => one.cursor() !== undefined && two.cursor() !== undefined);
    two.subscribe(query, {}, {}, 'c');
    await until(() => codes(two).length > 0);
    expect(codes(two)).toEqual(['SUBSCRIPTION_LIMIT_REACHED']);
    const other = await connect(await tokens.headersOf('u2'));
    other.subscribe(query, { cursor: null });
    await until(() => other.cursor() !== undefined);
    one.leave();
    await until(() => {
      two.subscribe(query, { cursor: null }, {}, 'd'.repeat(two.messages.length));
      return two.messages.some(({ id, type }) => id?.startsWith('d') === true && type === 'next');
    });
  });

  test('hold for the operations on one connection', async () => {
    const client = await connect();
    for (const id of ['a', 'b', 'c', 'd']) client.subscribe(query, {}, {}, id);
    await until(() => codes(client).length > 0);
    expect(codes(client)).toEqual(['SUBSCRIPTION_LIMIT_REACHED']);
  });

  test('hold for connections', async () => {
    for (let n = clients.length; n < 30; n += 1) await connect();
    await expect(connectWire(gateway.url)).rejects.toThrow('503');
  });

  test('keep pages of other sites out: a browser asks no preflight for a WebSocket', async () => {
    const attempt = (origin: string) =>
      new Promise<string>((resolve) => {
        const url = `${gateway.url.replace('http', 'ws')}/graphql`;
        const socket = new WebSocket(url, 'graphql-transport-ws', { origin });
        socket.once('open', () => resolve('open')).once('error', ({ message }) => resolve(message));
        socket.once('open', () => socket.terminate());
      });
    expect(await attempt('https://evil.example')).toContain('403');
    expect(await attempt('https://app.example.com')).toBe('open');
  });
});

describe('a token', () => {
  test('is renewed in place by a ping that carries a new one', async () => {
    const client = await connect(await tokens.headersOf('u1', {}, '2s'));
    client.subscribe(query, { cursor: null });
    await until(() => client.cursor() !== undefined);
    client.send({ type: 'ping', payload: await tokens.headersOf('u1') });
    const old = await connect(await tokens.headersOf('u1', {}, '2s'));
    expect(await closeOf(old)).toEqual({ code: closeCodes.tokenExpired.code, reason: closeCodes.tokenExpired.reason });
    expect(client.closed).toEqual([]);
    orders.publish('o1', 'still here');
    await until(() => client.results().length === 1);
  });

  test('of somebody else, or with other rights, closes: what runs was begun with the old ones', async () => {
    for (const changed of [await tokens.headersOf('u2'), await tokens.headersOf('u1', { roles: ['admin'] })]) {
      const client = await connect(await tokens.headersOf('u1'));
      client.send({ type: 'ping', payload: changed });
      const { code, reason } = closeCodes.rightsChanged;
      expect(await closeOf(client)).toEqual({ code, reason });
    }
  });
});
