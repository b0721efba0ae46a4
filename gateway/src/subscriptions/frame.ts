/** Longer messages are not copied for each client; two writes cost less by then. */
const copied = 4 * 1024;

/** A message as one or two pieces to write, one after the other. */
export type Frame = readonly [Buffer] | readonly [Buffer, Buffer];

/**
 * Frames text messages (RFC 6455, section 5.2) of which the end is shared: every subscription has another id, and what
 * follows the id is the same bytes for everybody. A server's frames are not masked.
 *
 * @param before what each message of this subscription begins with
 */
export const createFrames = (before: string): ((shared: Buffer) => Frame) => {
  const own = Buffer.from(before);
  return (shared) => {
    const length = own.length + shared.length;
    const from = length < 126 ? 2 : length < 65_536 ? 4 : 10;
    const whole = shared.length <= copied;
    const head = Buffer.allocUnsafe(from + (whole ? length : own.length));
    head[0] = 0x81;
    if (from === 2) head[1] = length;
    else if (from === 4) {
      head[1] = 126;
      head.writeUInt16BE(length, 2);
    } else {
      head[1] = 127;
      head.writeBigUInt64BE(BigInt(length), 2);
    }
    head.set(own, from);
    if (!whole) return [head, shared];
    head.set(shared, from + own.length);
    return [head];
  };
};
