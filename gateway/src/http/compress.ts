import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

type Encoding = 'br' | 'gzip';

/** Chooses by `Accept-Encoding` (RFC 9110, section 12.5.3); null for the text as it is. */
export const chooseEncoding = (accept: string | string[] | undefined): Encoding | null => {
  if (accept === undefined) return null;
  const weights = new Map<string, number>();
  for (const coding of String(accept).toLowerCase().split(',')) {
    const [name = '', ...parameters] = coding.split(';').map((part) => part.trim());
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    weights.set(name, weight === undefined ? 1 : Number(weight.slice(2)) || 0);
  }
  const weightOf = (name: string): number => weights.get(name) ?? weights.get('*') ?? 0;
  const br = weightOf('br');
  const gz = weightOf('gzip');
  if (br === 0 && gz === 0) return null;
  return br >= gz ? 'br' : 'gzip';
};

/** What was compressed of a buffer that is sent again and again, as long as somebody keeps it. */
const known = new WeakMap<Buffer, Map<Encoding, Promise<Buffer>>>();

/** Compresses an answer, off the event loop; the same buffer once. */
export const compress = (payload: string | Buffer, encoding: Encoding): Promise<Buffer> => {
  if (typeof payload === 'string') return compressed(payload, encoding);
  const variants = known.get(payload) ?? new Map<Encoding, Promise<Buffer>>();
  known.set(payload, variants);
  const variant = variants.get(encoding) ?? compressed(payload, encoding);
  variants.set(encoding, variant);
  return variant;
};

/** Brotli at a level that costs what gzip does. */
const compressed = (text: string | Buffer, encoding: Encoding): Promise<Buffer> =>
  encoding === 'br'
    ? brotli(text, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: 4,
          [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
        },
      })
    : zip(text);

export type CompressionOptions = Readonly<{
  enabled: boolean;
  /** Shorter answers are sent as they are. */
  fromBytes: number;
}>;
