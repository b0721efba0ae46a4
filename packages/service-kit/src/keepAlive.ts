/** What is needed of a WebSocket, as `ws` makes them. */
export type PingableSocket = Readonly<{
  ping: () => void;
  /** Ends the connection without a closing handshake. */
  terminate: () => void;
  on: (event: 'pong', listener: () => void) => unknown;
  once: (event: 'close', listener: () => void) => unknown;
}>;

export type KeepAliveOptions = Readonly<{
  /** Time between two pings. */
  intervalMs: number;
  /** After each ping. */
  onPing?: () => void;
}>;

/** A peer that leaves so many pings unanswered, one after the other, is gone; a single pong may only be late. */
const missed = 2;

/**
 * Pings the other end of an open WebSocket (RFC 6455, section 5.5.2) until it is closed, and cuts it off when two pings
 * went unanswered and the third is due.
 *
 * A process that stood still finds its timer due and the pongs of its peers unread. So a peer is judged after the loop
 * has read what came: setImmediate runs behind that, a timer before it.
 */
export const keepAlive = (socket: PingableSocket, { intervalMs, onPing }: KeepAliveOptions): void => {
  let unanswered = 0;
  let due: NodeJS.Immediate | undefined;

  const judge = (): void => {
    due = undefined;
    if (unanswered === missed) return socket.terminate();
    unanswered += 1;
    socket.ping();
    onPing?.();
  };
  const timer = setInterval(() => (due ??= setImmediate(judge)), intervalMs);
  socket.on('pong', () => (unanswered = 0));
  socket.once('close', () => {
    clearInterval(timer);
    clearImmediate(due);
  });
};
