import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { unanswered } from './unanswered.ts';

let server: Server;
let there: string;
beforeAll(async () => {
  server = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  there = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

test('external services that answer are no problem; of a cluster one is enough', async () => {
  const given = {
    DATABASE_URL_USERS: `postgres://user:secret@${there}/users`,
    REDIS_URL: `redis://127.0.0.1:1,redis://${there}`,
    KAFKA_BROKERS: `127.0.0.1:1, ${there}`,
    DATABASE_URL_ORDERS: 'postgres:///orders?host=/var/run/postgresql',
  };
  expect(await unanswered(given)).toEqual([]);
});

test('those that do not are named with their variable and where they were to be, but not with a password', async () => {
  const given = {
    DATABASE_URL_USERS: 'postgres://user:secret@127.0.0.1:1/users',
    REDIS_URL: 'redis://127.0.0.1:1,redis://127.0.0.1:2',
    KAFKA_BROKERS: 'kafka:many:1',
  };
  expect(await unanswered(given)).toEqual([
    'DATABASE_URL_USERS: nothing answers at 127.0.0.1:1 (ECONNREFUSED).',
    'REDIS_URL: nothing answers at 127.0.0.1:1 (ECONNREFUSED), 127.0.0.1:2 (ECONNREFUSED).',
    'KAFKA_BROKERS is no address that can be read.',
  ]);
});
