import { keepAlive, type Logger } from '@supergraph/service-kit';
import { handleProtocols, makeServer, type ServerOptions } from 'graphql-ws';
import type { IncomingMessage } from 'node:http';
import type { WebSocket, WebSocketServer } from 'ws';
import { closeCodes } from './closeCodes.ts';

/** The two ends of a connection. */
export type Connection = Readonly<{ socket: WebSocket; request: IncomingMessage }>;

type Options = ServerOptions<Record<string, unknown> | undefined, Connection>;

type HeartbeatOptions = Readonly<{ heartbeatMs: number; onHeartbeat: (socket: WebSocket) => void; log: Logger }>;

/** How long a peer may take to answer our closing handshake. */
const closingGraceMs = 2_000;

/**
 * Lets graphql-ws speak the protocol on the sockets of a server. Its own adapter for ws prints to the console; here
 * whatever goes wrong goes to the log.
 *
 * @param heartbeatMs time between pings; a peer that misses two is cut off when the third is due
 * @returns how to end it: every peer is told to go, and one that does not answer is cut off
 */
export const serveGraphqlWs = (
  sockets: WebSocketServer,
  options: Options,
  { heartbeatMs, onHeartbeat, log }: HeartbeatOptions,
): (() => Promise<void>) => {
  const server = makeServer(options);
  sockets.options.handleProtocols = handleProtocols;

  sockets.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    // A message that is too large, say; by then ws has begun to close the socket with the right code.
    socket.on('error', (error) => log.info({ err: error }, 'a WebSocket failed'));
    keepAlive(socket, { intervalMs: heartbeatMs, onPing: () => onHeartbeat(socket) });

    const closed = server.opened(
      {
        protocol: socket.protocol,
        // A socket that fails says so by itself; nobody waits for its words to arrive.
        send: (data) => new Promise((resolve) => socket.send(data, () => resolve())),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (handle) =>
          socket.on('message', (data: Buffer) => {
            handle(data.toString()).catch((error: unknown) => {
              if (isMisplaced(error)) return socket.close(closeCodes.badMessage.code, closeCodes.badMessage.reason);
              log.error({ err: error }, 'a message on a WebSocket could not be handled');
              socket.close(closeCodes.internal.code, closeCodes.internal.reason);
            });
          }),
      },
      { socket, request },
    );
    socket.once('close', (code, reason) => {
      closed(code, reason.toString()).catch((error: unknown) =>
        log.error({ err: error }, 'a WebSocket did not end well'),
      );
    });
  });

  return async () => {
    for (const socket of sockets.clients) socket.close(closeCodes.goingAway.code, closeCodes.goingAway.reason);
    const fuse = setTimeout(() => {
      for (const socket of sockets.clients) socket.terminate();
    }, closingGraceMs);
    await new Promise((resolve) => sockets.close(resolve));
    clearTimeout(fuse);
  };
};

/** What graphql-ws throws for a message that only a server sends. It is the peer's mistake, and the protocol's 4400. */
const isMisplaced = (error: unknown): boolean =>
  error instanceof Error && /^Unexpected message of type \w+ received$/.test(error.message);
