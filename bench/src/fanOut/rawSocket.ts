import { connect } from 'node:net';

/** The client's end of a WebSocket. */
export type RawSocket = Readonly<{
  send: (text: string) => void;
  /** From now on it takes one byte from the system, then waits for a second. */
  slowDown: () => void;
}>;

export type RawSocketOptions = Readonly<{
  port: number;
  path: string;
  protocol: string;
  onOpen: () => void;
  /** A text message, as its bytes. */
  onText: (bytes: Buffer) => void;
  onClose: () => void;
  /** Whether it will be slowed down: such a one takes a byte at a time from the beginning. */
  slow: boolean;
}>;

/**
 * A WebSocket that does the least (RFC 6455): thousands of them in one process must not be what is measured, and no
 * library lets a reader take a single byte. Frames of a server come unmasked; ours are masked with zeros.
 */
export const connectRaw = ({ port, path, protocol, onOpen, onText, onClose, slow }: RawSocketOptions): RawSocket => {
  const one = Buffer.alloc(1);
  let slowed = false;
  const socket = connect({
    port,
    host: '127.0.0.1',
    ...(slow && {
      onread: {
        buffer: one,
        callback: () => {
          if (!slowed) read(Buffer.from(one));
          return !slowed;
        },
      },
    }),
  });
  let open = false;
  let rest: Buffer = Buffer.alloc(0);

  const read = (chunk: Buffer): void => {
    const data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    if (!open) {
      const end = data.indexOf('\r\n\r\n');
      if (end < 0) return void (rest = data);
      if (!data.subarray(0, 20).includes(' 101 ')) return void socket.destroy();
      open = true;
      at = end + 4;
      onOpen();
    }
    for (let frame = frameAt(data, at); frame !== null; frame = frameAt(data, at)) {
      at = frame.end;
      if (frame.opcode === 1) onText(data.subarray(frame.begin, frame.end));
      else if (frame.opcode === 9) write(10, data.subarray(frame.begin, frame.end));
      else if (frame.opcode === 8) socket.end();
    }
    rest = at === data.length ? Buffer.alloc(0) : Buffer.from(data.subarray(at));
  };
  const write = (opcode: number, payload: Buffer): void => {
    const { length } = payload;
    const size = length < 126 ? [length | 128] : [126 | 128, length >> 8, length & 255];
    socket.write(Buffer.concat([Buffer.from([opcode | 128, ...size, 0, 0, 0, 0]), payload]));
  };

  socket.setNoDelay(true);
  socket.on('connect', () =>
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Protocol: ${protocol}\r\n\r\n`,
    ),
  );
  if (!slow) socket.on('data', read);
  socket.on('error', () => undefined);
  let timer: NodeJS.Timeout | undefined;
  socket.on('close', () => {
    clearInterval(timer);
    onClose();
  });
  return {
    send: (text) => write(1, Buffer.from(text)),
    slowDown: () => {
      slowed = true;
      timer = setInterval(() => socket.resume(), 1_000);
    },
  };
};

/** Where the payload of the frame is that begins here; null when it is not all there yet. */
const frameAt = (data: Buffer, at: number): { opcode: number; begin: number; end: number } | null => {
  if (data.length < at + 2) return null;
  const short = data.readUInt8(at + 1) & 127;
  const begin = at + (short === 127 ? 10 : short === 126 ? 4 : 2);
  if (data.length < begin) return null;
  const length =
    short === 127 ? Number(data.readBigUInt64BE(at + 2)) : short === 126 ? data.readUInt16BE(at + 2) : short;
  const end = begin + length;
  return data.length < end ? null : { opcode: data.readUInt8(at) & 15, begin, end };
};
