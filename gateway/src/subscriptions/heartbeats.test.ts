import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { startShop, type Shop } from '../../test/shop.ts';
import { composed, startTestGateway, until, type TestGateway } from '../../test/startTestGateway.ts';
import { subscriptionsConfig } from './subscriptionsConfig.ts';

let shop: Shop;
let gateway: TestGateway;

beforeAll(async () => {
  shop = await startShop();
  gateway = await startTestGateway(composed({ accounts: shop.accounts, orders: shop.orders }), {
    subscriptions: subscriptionsConfig.parse({ heartbeatSeconds: 0.1 }),
  });
});
afterAll(async () => {
  await gateway.close();
  await shop.close();
});

/** Connects, and answers the pings it is told to, by their number. */
const connect = async (answers: (ping: number) => boolean) => {
  const url = `${gateway.url.replace('http', 'ws')}/graphql`;
  const socket = new WebSocket(url, 'graphql-transport-ws', { autoPong: false });
  let pings = 0;
  let closed: number | null = null;
  socket.on('ping', () => {
    pings += 1;
    if (answers(pings)) socket.pong();
  });
  socket.on('close', (code) => (closed = code));
  await new Promise((resolve) => socket.once('open', resolve));
  socket.send('{"type":"connection_init"}');
  return { socket, pings: () => pings, closed: () => closed };
};

test('a peer that misses two heartbeats is cut off, without a closing handshake that it would not answer', async () => {
  const dead = await connect(() => false);
  await until(() => dead.closed() !== null);
  expect(dead.pings()).toBe(2);
  expect(dead.closed()).toBe(1006);
});

test('a peer that misses one heartbeat now and then stays connected', async () => {
  const late = await connect((ping) => ping % 2 === 0);
  await until(() => late.pings() >= 7 || late.closed() !== null);
  expect(late.closed()).toBeNull();
  late.socket.terminate();
});
