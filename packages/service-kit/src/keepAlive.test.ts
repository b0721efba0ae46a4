import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { keepAlive } from './keepAlive.ts';

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'clearImmediate', 'nextTick'] });
});
afterEach(() => {
  jest.useRealTimers();
});

const intervalMs = 12_000;

/** A socket whose peer answers when it is told to. */
const start = () => {
  const socket = Object.assign(new EventEmitter(), {
    pings: 0,
    cut: false,
    ping: () => void (socket.pings += 1),
    terminate: () => {
      socket.cut = true;
      socket.emit('close');
    },
    pong: () => void socket.emit('pong'),
  });
  keepAlive(socket, { intervalMs });
  return socket;
};

/** What the loop does when timers are due: first they run, then what has arrived is read, then comes setImmediate. */
const turn = async (ms: number, read: () => void = () => undefined): Promise<void> => {
  jest.advanceTimersByTime(ms);
  read();
  await new Promise(setImmediate);
};

test('a peer that answers stays, however long', async () => {
  const socket = start();
  for (let n = 1; n <= 10; n += 1) {
    await turn(intervalMs);
    expect(socket.pings).toBe(n);
    socket.pong();
  }
  expect(socket.cut).toBe(false);
});

test('a peer that misses two pings is cut off when the third is due', async () => {
  const socket = start();
  await turn(intervalMs);
  await turn(intervalMs);
  expect([socket.pings, socket.cut]).toEqual([2, false]);
  await turn(intervalMs);
  expect([socket.pings, socket.cut]).toEqual([2, true]);
  await turn(10 * intervalMs);
  expect(socket.pings).toBe(2);
});

test('a peer that misses every other ping stays', async () => {
  const socket = start();
  for (let n = 1; n <= 10; n += 1) {
    await turn(intervalMs);
    if (n % 2 === 0) socket.pong();
  }
  expect([socket.pings, socket.cut]).toEqual([10, false]);
});

test('pongs that lay unread while this process stood still are heard before anybody is cut off', async () => {
  const socket = start();
  await turn(intervalMs);
  for (let n = 0; n < 5; n += 1) await turn(3 * intervalMs, socket.pong);
  expect(socket.cut).toBe(false);
  // It missed none: two more are needed.
  await turn(intervalMs);
  expect(socket.cut).toBe(false);
});

test('a socket that was closed is not pinged again, not even by the ping that was just due', async () => {
  const socket = start();
  await turn(intervalMs, () => void socket.emit('close'));
  await turn(intervalMs);
  expect([socket.pings, socket.cut]).toEqual([0, false]);
});
