import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { startShop, type Shop } from '../../test/shop.ts';
import { composed, startTestGateway, until, type TestGateway } from '../../test/startTestGateway.ts';
import { subscriptionsConfig } from './subscriptionsConfig.ts';

let shop: Shop;
let gateway: TestGateway;

beforeAll(async () => {
  shop = await startShop();
  gateway = await startTestGateway(composed({ accounts: shop.accounts, orders: shop.orders }), {
    subscriptions: subscriptionsConfig.parse({ heartbeatSeconds: 12 }),
  });
});
afterAll(async () => {
  await gateway.close();
  await shop.close();
});

// A heartbeat is due when the test says so; everything else takes as long as it takes.
beforeEach(() => {
  const clock = ['Date', 'hrtime', 'performance', 'nextTick', 'queueMicrotask'] as const;
  jest.useFakeTimers({ doNotFake: [...clock, 'setImmediate', 'clearImmediate', 'setTimeout', 'clearTimeout'] });
});
afterEach(() => void jest.useRealTimers());
const beat = () => jest.advanceTimersByTime(12_000);

/** Connects, and answers the pings it is told to, by their number. */
const connect = async (answers: (ping: number) => boolean) => {
  const url = `${gateway.url.replace('http', 'ws')}/graphql`;
  const socket = new WebSocket(url, 'graphql-transport-ws', { autoPong: false });
  let pings = 0;
  let closed: number | null = null;
  socket.on('ping', () => {
    pings += 1;
    if (!answers(pings)) return;
    socket.pong();
    // Whoever has answered this one has read the pong before it.
    socket.send('{"type":"ping"}');
  });
  let heard = 0;
  socket.on('message', (data: Buffer) => void (data.toString().includes('pong') && (heard += 1)));
  socket.on('close', (code) => (closed = code));
  await new Promise((resolve) => socket.once('open', resolve));
  socket.send('{"type":"connection_init"}');
  return { socket, pings: () => pings, heard: () => heard, closed: () => closed };
};

test('a peer that misses two heartbeats is cut off, without a closing handshake that it would not answer', async () => {
  const dead = await connect(() => false);
  for (const count of [1, 2]) {
    beat();
    await until(() => dead.pings() === count || dead.closed() !== null);
  }
  expect(dead.closed()).toBeNull();
  beat();
  await until(() => dead.closed() !== null);
  expect(dead.pings()).toBe(2);
  expect(dead.closed()).toBe(1006);
});

test('a peer that misses one heartbeat now and then stays connected', async () => {
  const late = await connect((ping) => ping % 2 === 0);
  for (let count = 1; count <= 8; count += 1) {
    beat();
    await until(() => (late.pings() === count && late.heard() === Math.floor(count / 2)) || late.closed() !== null);
  }
  expect(late.closed()).toBeNull();
  late.socket.terminate();
});
