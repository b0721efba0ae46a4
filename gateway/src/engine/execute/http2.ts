import { connect, constants, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { rootCertificates, type TLSSocket } from 'node:tls';
import { types } from 'node:util';
import { LateError, type ConnectionOptions, type Connections, type WireHeaders } from './connections.ts';

/** For whole answers in flight: the protocol's 64 KiB would wait for the other side in the middle of a large one. */
const streamWindow = 1024 * 1024;
const connectionWindow = 16 * 1024 * 1024;

/**
 * HTTP/2: all requests on one connection, and on a new one when that is going away. undici's is not used: it sends a
 * POST only when no other one is under way, and lets all of them fail when the server asks to go (GOAWAY), as every
 * server does that is deployed anew.
 *
 * @param first a connection that is there already; later ones are made when needed
 */
export const createHttp2 = (
  origin: string,
  { connectMs, idleMs, ca }: Omit<ConnectionOptions, 'maximum'>,
  first?: TLSSocket,
): Connections => {
  const open = new Set<ClientHttp2Session>();
  let current: ClientHttp2Session | null = null;
  let given = first;
  let closing = false;

  /** It finishes what it has, and gets nothing new. */
  const retire = (session: ClientHttp2Session): void => {
    if (current === session) current = null;
    if (!session.closed && !session.destroyed) session.close();
  };

  const begin = (): ClientHttp2Session => {
    const socket = given;
    given = undefined;
    const session = connect(origin, {
      ...(socket !== undefined && { createConnection: () => socket }),
      ...(ca !== null && { ca: [...rootCertificates, ca] }),
      settings: { enablePush: false, initialWindowSize: streamWindow },
    });
    open.add(session);
    const late = setTimeout(
      () => session.destroy(Object.assign(new Error('No connection in time.'), { code: 'ETIMEDOUT' })),
      connectMs,
    );
    session.once('connect', () => {
      clearTimeout(late);
      session.setLocalWindowSize(connectionWindow);
    });
    session.setTimeout(idleMs, () => {
      if (streams(session) === 0) retire(session);
    });
    session.once('goaway', () => retire(session));
    // Its requests are told by their streams.
    session.on('error', () => retire(session));
    session.once('close', () => {
      clearTimeout(late);
      open.delete(session);
      retire(session);
    });
    return session;
  };

  return {
    dispatch: ({ path, method, headers, body }, handler) => {
      if (closing) throw new Error('The connections are closed.');
      if (current === null || current.closed || current.destroyed) current = begin();
      const session = current;
      const stream = session.request({ ...headers, ':method': method, ':path': path });
      count(session, 1);
      let status: number | undefined;
      let ended = false;
      let problem: Error | undefined;
      const abort = (reason: Error) => {
        problem ??= reason;
        stream.close(constants.NGHTTP2_CANCEL);
        // A connection whose other end has vanished would keep everybody waiting, so no new request goes there.
        if (reason instanceof LateError) retire(session);
      };
      stream.once('response', (received) => {
        status = received[':status'];
        handler.onHeaders(status ?? 0, inTurn(received));
      });
      stream.on('data', (chunk: Buffer) => void handler.onData(chunk));
      stream.once('end', () => {
        ended = true;
      });
      stream.on('error', (error) => {
        // What went wrong with the whole connection is its cause.
        problem ??= types.isNativeError(error.cause) ? error.cause : error;
      });
      stream.once('close', () => {
        count(session, -1);
        const whole = ended && status !== undefined && !stream.aborted && stream.rstCode === constants.NGHTTP2_NO_ERROR;
        if (problem === undefined && whole) handler.onComplete();
        else handler.onError(problem ?? brokenOff());
      });
      handler.onConnect(abort);
      stream.end(body);
    },
    close: async () => {
      closing = true;
      given?.destroy();
      await Promise.all(
        [...open].map(
          (session) =>
            new Promise<void>((resolve) => {
              session.once('close', resolve);
              retire(session);
            }),
        ),
      );
    },
  };
};

/** As HTTP/1.1 has them; of a header that came twice both. */
const inTurn = (headers: IncomingHttpHeaders): WireHeaders =>
  Object.entries(headers).flatMap(([name, value]) => [value ?? []].flat().flatMap((one) => [name, one]));

const brokenOff = (): Error => Object.assign(new Error('The answer broke off.'), { code: 'ERR_HTTP2_STREAM_ERROR' });

const counts = new WeakMap<ClientHttp2Session, number>();
const streams = (session: ClientHttp2Session): number => counts.get(session) ?? 0;
const count = (session: ClientHttp2Session, by: number): void => void counts.set(session, streams(session) + by);
