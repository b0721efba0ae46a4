import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { handleProtocols, makeServer, type ServerOptions } from 'graphql-ws';
import type { WebSocket, WebSocketServer } from 'ws';
import type { Logger } from './createLogger.ts';
import { keepAlive } from './keepAlive.ts';

/** The two ends of a connection. */
export type Connection = Readonly<{ socket: WebSocket; request: IncomingMessage }>;

export type GraphqlWsOptions = ServerOptions<Record<string, unknown> | undefined, Connection>;

export type ServeGraphqlWsOptions = Readonly<{
  /** Time between pings; a peer that misses two is cut off when the third is due. */
  heartbeatMs: number;
  /** After each ping. */
  onHeartbeat?: (socket: WebSocket) => void;
  log: Logger;
}>;

/** How long a peer may take to answer our closing handshake. */
const closingGraceMs = 2_000;

/**
 * Lets graphql-ws speak graphql-transport-ws on the sockets of a server. Its own adapter for ws prints to the console;
 * here whatever goes wrong goes to the log. A mistake of ours closes the socket with 4500 and the id of its log line.
 *
 * @returns how to end it: every peer is told to go, and one that does not answer is cut off
 */
export const serveGraphqlWs = (
  sockets: WebSocketServer,
  options: GraphqlWsOptions,
  { heartbeatMs, onHeartbeat, log }: ServeGraphqlWsOptions,
): (() => Promise<void>) => {
  const server = makeServer(options);
  sockets.options.handleProtocols = handleProtocols;

  sockets.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    // A message that is too large, say; by then ws has begun to close the socket with the right code.
    socket.on('error', (error) => log.info({ err: error }, 'a WebSocket failed'));
    keepAlive(socket, { intervalMs: heartbeatMs, onPing: () => onHeartbeat?.(socket) });

    const closed = server.opened(
      {
        protocol: socket.protocol,
        // A socket that fails says so by itself; nobody waits for its words to arrive.
        send: (data) => new Promise((resolve) => socket.send(data, () => resolve())),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (handle) =>
          socket.on('message', (data: Buffer) => {
            handle(data.toString()).catch((error: unknown) => {
              if (isMisplaced(error)) return socket.close(4400, 'Invalid message received');
              const errorId = randomUUID();
              log.error({ err: error, errorId }, 'a message on a WebSocket could not be handled');
              socket.close(4500, `Internal server error ${errorId}`);
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
    for (const socket of sockets.clients) socket.close(1001, 'Going away');
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
