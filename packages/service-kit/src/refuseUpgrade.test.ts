import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { refuseUpgrade } from './refuseUpgrade.ts';

const request = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

/** A server that hands over each connection that asks for an upgrade, to be refused when the test says so. */
const startServer = async () => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    upgrade: once(server, 'upgrade').then(([, connection]) => connection as Duplex),
    close: () => new Promise((resolve) => server.close(resolve)),
  };
};

test('a WebSocket that is not wanted gets a status, and its connection ends', async () => {
  const { port, upgrade, close } = await startServer();
  const peer = connect(port, '127.0.0.1').setEncoding('utf8');
  let answer = '';
  peer.on('data', (text: string) => (answer += text));
  peer.write(request);
  refuseUpgrade(await upgrade, '404 Not Found');
  await once(peer, 'end');
  expect(answer).toBe('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  await close();
});

test('a peer that resets its connection is nobody’s error', async () => {
  const { port, upgrade, close } = await startServer();
  const peer = connect(port, '127.0.0.1');
  peer.write(request);
  const connection = await upgrade;
  // Not `once` of node:events, which would listen to errors too.
  const closed = new Promise((resolve) => connection.once('close', resolve));
  peer.resetAndDestroy();
  refuseUpgrade(connection, '404 Not Found');
  await closed;
  await close();
});
