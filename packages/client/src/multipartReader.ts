import type { Piece, Reader } from './piece.ts';
import type { Result, ResultError } from './result.ts';

/** What a part of the multipart subscription protocol holds; an empty object is a sign of life. */
type Part = Readonly<{ payload?: Result<unknown> | null; errors?: readonly ResultError[] }>;

const boundary = '\r\n--graphql';

/** Reads parts of `multipart/mixed;subscriptionSpec="1.0"`. */
export const createMultipartReader = (): Reader => {
  // The first boundary has no line before it.
  let buffer = '\r\n';

  const toPieces = (part: string): readonly Piece[] => {
    const body = part.slice(part.indexOf('\r\n\r\n') + 4).trim();
    if (body === '') return [];
    const { payload, errors } = JSON.parse(body) as Part;
    if (errors !== undefined) return [{ kind: 'failed', errors }];
    if (payload === undefined || payload === null) return [];
    const { cursor, live } = payload.extensions ?? {};
    if (live === true && cursor !== undefined) return [{ kind: 'place', cursor }];
    return [{ kind: 'next', result: payload }];
  };

  return (text) => {
    buffer += text;
    const parts = buffer.split(boundary);
    // What follows the last boundary: a part that is not whole yet, or `--` at the end of all.
    const rest = parts.pop() ?? '';
    const isEnd = rest.startsWith('--');
    buffer = parts.length > 0 ? boundary + rest : rest;
    const pieces = parts.filter((part) => part.includes('\r\n\r\n')).flatMap(toPieces);
    return isEnd && parts.length > 0 ? [...pieces, { kind: 'complete' }] : pieces;
  };
};
