import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { createFrames } from './frame.ts';

let server: WebSocketServer;
let client: WebSocket;
let connection: Duplex;

beforeAll(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  const connected = new Promise<Duplex>((resolve) =>
    server.on('connection', (_socket, request) => resolve(request.socket)),
  );
  await new Promise((resolve) => server.once('listening', resolve));
  client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  connection = await connected;
});
afterAll(async () => {
  client.terminate();
  await new Promise((resolve) => server.close(resolve));
});

test.each([1, 90, 120, 200, 4_000, 5_000, 65_490, 65_530, 70_000])(
  'a message of some %i bytes arrives as it was framed, in whatever language',
  async (size) => {
    const shared = Buffer.from(`"${'ü'.repeat(size / 2)}"}`);
    const arrived = new Promise((resolve) =>
      client.once('message', (data: Buffer, isBinary) => resolve({ text: data.toString(), isBinary })),
    );
    for (const piece of createFrames('{"id":"é","payload":')(shared)) connection.write(piece);
    expect(await arrived).toEqual({ text: `{"id":"é","payload":${shared.toString()}`, isBinary: false });
  },
);

test('a large message is not copied for each client', () => {
  const shared = Buffer.alloc(100_000, 'x');
  expect(createFrames('a')(shared)[1]).toBe(shared);
});
