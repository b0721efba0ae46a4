import { afterEach, expect, test } from '@jest/globals';
import { createLogger } from '@supergraph/service-kit';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { until } from '../../test/startTestGateway.ts';
import type { UpstreamError } from '../upstream/graphqlAnswer.ts';
import { createUpstream } from './createUpstream.ts';

const log = createLogger({ service: 'test', level: 'silent' });
const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** A subgraph that takes subscriptions and says nothing of them; whether it answers a ping is decided for each. */
const startSubgraph = async (answers: (ping: number) => boolean) => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', autoPong: false });
  let pings = 0;
  let subscribes = 0;
  server.on('connection', (socket) => {
    socket.on('message', (message: Buffer) => {
      if (message.includes('connection_init')) socket.send('{"type":"connection_ack"}');
      if (message.includes('"subscribe"')) subscribes += 1;
    });
    socket.on('ping', () => {
      pings += 1;
      if (answers(pings)) socket.pong();
    });
  });
  await new Promise((resolve) => server.once('listening', resolve));
  ends.push(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/graphql`, pings: () => pings, subscribes: () => subscribes };
};

const follow = async (subgraph: Awaited<ReturnType<typeof startSubgraph>>) => {
  const errors: UpstreamError[] = [];
  const upstream = createUpstream({ subgraph: 'orders', url: subgraph.url, log, pingMs: 50 });
  ends.push(upstream.close);
  upstream.subscribe(
    { query: 'subscription { a }', variables: {}, extensions: {} },
    { next: () => undefined, error: (told) => void errors.push(...told), complete: () => undefined },
  );
  await until(() => subgraph.subscribes() === 1);
  return errors;
};

test('a subgraph that vanished without a word is noticed by two pings that it leaves unanswered', async () => {
  const subgraph = await startSubgraph(() => false);
  const errors = await follow(subgraph);
  await until(() => errors.length > 0);
  expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['SUBGRAPH_UNAVAILABLE']);
  expect(subgraph.pings()).toBe(2);
});

test('a subgraph that leaves a ping unanswered now and then keeps its connection', async () => {
  const subgraph = await startSubgraph((ping) => ping % 2 === 0);
  const errors = await follow(subgraph);
  await until(() => subgraph.pings() >= 7 || errors.length > 0);
  expect(errors).toEqual([]);
});
