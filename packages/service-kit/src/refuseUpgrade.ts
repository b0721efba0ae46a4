import type { Duplex } from 'node:stream';

/**
 * Answers a request for a WebSocket with a status instead, and ends its connection without waiting for the peer's end.
 *
 * With an upgrade Node takes its own listeners off the connection (`onParserExecuteCommon` in lib/_http_server.js): of a
 * peer that resets it meanwhile nobody would hear, and an error nobody hears ends the process.
 *
 * @param status as `404 Not Found`
 */
export const refuseUpgrade = (connection: Duplex, status: string): void => {
  connection.on('error', () => connection.destroy());
  connection.once('finish', () => connection.destroy());
  connection.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
};
