import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { startCursorSubgraph, type CursorSubgraph } from '../../test/cursorSubgraph.ts';
import { createTokens } from '../../test/createTokens.ts';
import { startShop, type Shop } from '../../test/shop.ts';
import { composed, startTestGateway, until, type TestGateway } from '../../test/startTestGateway.ts';
import { connectWire, type WireClient } from '../../test/wire.ts';
import { closeOf, wireClients } from '../../test/wireClients.ts';
import { closeCodes } from './closeCodes.ts';
import { subscriptionsConfig } from './subscriptionsConfig.ts';

let shop: Shop;
let orders: CursorSubgraph;
let tokens: Awaited<ReturnType<typeof createTokens>>;
let gateway: TestGateway;
const connectTo = wireClients(() => orders.followers());

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
afterAll(async () => {
  await gateway.close();
  await orders.stop();
  await shop.close();
});

const connect = (params: object = {}): Promise<WireClient> => connectTo(gateway.url, params);
const codes = (client: WireClient) => client.errors().map(({ extensions }) => extensions?.['code']);

describe('a token', () => {
  test('is renewed in place by a ping that carries a new one', async () => {
    // Here a minute passes when the test says so, and everything else takes as long as it takes. It is the first test, for
    // timers of one kind cannot be ended by those of the other.
    const clock = ['hrtime', 'performance', 'nextTick', 'queueMicrotask'] as const;
    const timers = ['setImmediate', 'clearImmediate', 'setInterval', 'clearInterval'] as const;
    jest.useFakeTimers({ doNotFake: [...clock, ...timers] });
    const turn = async (holds: () => boolean): Promise<void> => {
      while (!holds()) await new Promise(setImmediate);
    };
    try {
      const [renewed, old] = [
        await connect(await tokens.headersOf('u1', {}, '1m')),
        await connect(await tokens.headersOf('u1', {}, '1m')),
      ];
      const pongs = () => renewed.messages.filter(({ type }) => type === 'pong').length;
      renewed.send({ type: 'ping', payload: await tokens.headersOf('u1', {}, '5m') });
      await turn(() => pongs() === 1);
      jest.advanceTimersByTime(60_000);
      await turn(() => old.closed.length > 0);
      const { code, reason } = closeCodes.tokenExpired;
      expect(old.closed).toEqual([{ code, reason }]);
      renewed.send({ type: 'ping' });
      await turn(() => pongs() === 2 || renewed.closed.length > 0);
      expect(renewed.closed).toEqual([]);
      jest.advanceTimersByTime(240_000);
      await turn(() => renewed.closed.length > 0);
      expect(renewed.closed).toEqual([{ code, reason }]);
    } finally {
      jest.useRealTimers();
    }
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
    for (let n = 0; n < 30; n += 1) await connect();
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
