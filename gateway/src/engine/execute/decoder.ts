import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

/** What is asked for, the cheapest to make first. */
export const acceptEncoding = 'gzip, br;q=0.9';

/** Decompresses an answer while it arrives, in Node's pool of threads. */
export type Decoder = Readonly<{
  write: (chunk: Buffer) => void;
  end: () => void;
  /** Nobody wants it any more. */
  destroy: () => void;
}>;

export type DecoderEvents = Readonly<{
  data: (chunk: Buffer) => void;
  end: () => void;
  error: (error: Error) => void;
}>;

/** Null for an encoding that nobody asked for (RFC 9110, section 8.4.1). */
export const createDecoder = (encoding: string, { data, end, error }: DecoderEvents): Decoder | null => {
  const stream = make(encoding.trim().toLowerCase());
  if (stream === null) return null;
  stream.on('data', data);
  stream.once('end', end);
  stream.once('error', error);
  return {
    write: (chunk) => void stream.write(chunk),
    end: () => void stream.end(),
    destroy: () => void stream.destroy(),
  };
};

const make = (encoding: string) => {
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'br':
      return createBrotliDecompress();
    case 'deflate':
      return createInflate();
    default:
      return null;
  }
};
