import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { GraphQLError } from 'graphql';
import { WebSocket, WebSocketServer } from 'ws';
import { createLogger } from './createLogger.ts';
import { serveGraphqlWs } from './serveGraphqlWs.ts';

let url: string;
let close: () => Promise<void>;
let lines: Record<string, unknown>[];

/** Serves somebody with a mistake: it refuses operations, and what it says of one of them cannot be sent. */
beforeEach(async () => {
  lines = [];
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  close = serveGraphqlWs(
    sockets,
    {
      onSubscribe: () => [new GraphQLError('no')],
      onError: (_context, id) => {
        if (id === 'broken') throw new Error('a secret of the inside');
      },
    },
    {
      heartbeatMs: 60_000,
      log: createLogger({
        service: 'test',
        level: 'debug',
        to: { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
      }),
    },
  );
  await once(sockets, 'listening');
  url = `http://127.0.0.1:${(sockets.address() as AddressInfo).port}`;
});
afterEach(() => close());

/** Connects and says hello; `heard` is each message, and at last how it was closed. */
const connect = async () => {
  const socket = new WebSocket(url, 'graphql-transport-ws');
  const heard: unknown[] = [];
  socket.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString())));
  socket.on('close', (code, reason) => heard.push({ code, reason: reason.toString() }));
  await once(socket, 'open');
  const next = async (): Promise<unknown> => {
    while (heard.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    return heard.shift();
  };
  const send = (message: object): void => socket.send(JSON.stringify(message));
  send({ type: 'connection_init' });
  expect(await next()).toEqual({ type: 'connection_ack' });
  return { send, next };
};
const payload = { query: '{ a }' };

test('a mistake of ours closes the socket with 4500 and tells only the log why, under an id; others are served on', async () => {
  const [unlucky, other] = [await connect(), await connect()];
  unlucky.send({ id: 'broken', type: 'subscribe', payload });
  const closed = await unlucky.next();
  const failures = lines.filter(({ level }) => Number(level) >= 50);
  expect(failures).toEqual([expect.objectContaining({ errorId: expect.any(String) })]);
  expect(JSON.stringify(failures)).toContain('a secret of the inside');
  expect(closed).toEqual({ code: 4500, reason: `Internal server error ${String(failures[0]?.['errorId'])}` });
  other.send({ id: '1', type: 'subscribe', payload });
  expect(await other.next()).toEqual({ id: '1', type: 'error', payload: [expect.objectContaining({ message: 'no' })] });
});

test('a message that only a server sends is its sender’s mistake', async () => {
  const confused = await connect();
  confused.send({ id: '1', type: 'next', payload: { data: {} } });
  expect(await confused.next()).toEqual({ code: 4400, reason: 'Invalid message received' });
  expect(lines.filter(({ level }) => Number(level) >= 40)).toEqual([]);
});

test('whoever is connected is told when it ends', async () => {
  const one = await connect();
  await close();
  expect(await one.next()).toEqual({ code: 1001, reason: 'Going away' });
});
