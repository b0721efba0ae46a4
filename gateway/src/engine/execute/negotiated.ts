import { connect, rootCertificates, type TLSSocket } from 'node:tls';
import type { ConnectionOptions, Connections, WireHandler, WireRequest } from './connections.ts';
import { createHttp1 } from './http1.ts';
import { createHttp2 } from './http2.ts';

type Waiting = Readonly<{ request: WireRequest; handler: WireHandler }>;

/** HTTP/2 when the server chooses it (ALPN, RFC 7301), else HTTP/1.1. The first connection tells, once for all. */
export const createNegotiated = (origin: string, options: ConnectionOptions): Connections => {
  let chosen: Connections | null = null;
  let waiting: Waiting[] = [];
  let asking: TLSSocket | null = null;

  const choose = (socket: TLSSocket): Connections => {
    if (socket.alpnProtocol === 'h2') return createHttp2(origin, options, socket);
    socket.destroy();
    return createHttp1(origin, options);
  };

  const ask = (): TLSSocket => {
    const { hostname, port } = new URL(origin);
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    const socket = connect({
      host,
      port: port === '' ? 443 : Number(port),
      // A name; an address is none (RFC 6066, section 3).
      ...(!/^[\d.]+$|:/.test(host) && { servername: host }),
      ALPNProtocols: ['h2', 'http/1.1'],
      ...(options.ca !== null && { ca: [...rootCertificates, options.ca] }),
    });
    socket.setTimeout(options.connectMs, () =>
      socket.destroy(Object.assign(new Error('No connection in time.'), { code: 'ETIMEDOUT' })),
    );
    const failed = (error: Error): void => {
      asking = null;
      const told = waiting;
      waiting = [];
      for (const { handler } of told) handler.onError(error);
    };
    socket.once('error', failed);
    socket.once('secureConnect', () => {
      socket.setTimeout(0);
      socket.removeListener('error', failed);
      asking = null;
      const made = choose(socket);
      chosen = made;
      const told = waiting;
      waiting = [];
      for (const { request, handler } of told) {
        try {
          made.dispatch(request, handler);
        } catch (error) {
          handler.onError(error instanceof Error ? error : new Error('Not sent.', { cause: error }));
        }
      }
    });
    return socket;
  };

  return {
    dispatch: (request, handler) => {
      if (chosen !== null) return chosen.dispatch(request, handler);
      waiting.push({ request, handler });
      asking ??= ask();
      return true;
    },
    close: async () => {
      asking?.destroy(new Error('The connections are closed.'));
      await chosen?.close();
    },
  };
};
