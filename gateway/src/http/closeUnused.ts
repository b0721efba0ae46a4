import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Remembers connections that have not sent a request. A server that closes ends the idle ones and waits for the busy
 * ones, and takes these for busy.
 *
 * @returns ends them
 */
export const closeUnused = (server: Server): (() => void) => {
  const unused = new Set<Socket>();
  server.on('connection', (socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.on('request', ({ socket }) => unused.delete(socket));
  server.on('upgrade', ({ socket }) => unused.delete(socket));
  return () => {
    for (const socket of unused) socket.destroy();
  };
};
