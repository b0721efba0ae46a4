import { DomainError } from '@supergraph/errors';
import type { IncomingMessage } from 'node:http';

/**
 * Reads a request's JSON. Nothing else is read: what a form of another site can send is refused by its type.
 *
 * @param limit in bytes
 * @throws DomainError UNSUPPORTED_MEDIA_TYPE, REQUEST_TOO_LARGE or MALFORMED_JSON
 */
export const readBody = (request: IncomingMessage, limit: number): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const { 'content-type': type, 'content-length': length } = request.headers;
    if (!isJson(type)) return reject(new DomainError('UNSUPPORTED_MEDIA_TYPE', 'Send application/json.'));
    if (length !== undefined && Number(length) > limit) return reject(tooLarge());

    let first: Buffer | null = null;
    let chunks: Buffer[] | null = null;
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > limit) {
        request.pause();
        return reject(tooLarge());
      }
      if (first === null) first = chunk;
      else (chunks ??= [first]).push(chunk);
    });
    request.on('end', () => {
      try {
        const text = (chunks === null ? first : Buffer.concat(chunks))?.toString() ?? '';
        resolve(JSON.parse(text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text));
      } catch (error) {
        reject(new DomainError('MALFORMED_JSON', 'The request body is not valid JSON.', {}, { cause: error }));
      }
    });
    // The client went while it was sending.
    request.on('error', reject);
  });

const byteOrderMark = 0xfeff;

const isJson = (type: string | undefined): boolean =>
  type === 'application/json' || /^application\/json *(;|$)/i.test(type ?? '');

const tooLarge = (): DomainError => new DomainError('REQUEST_TOO_LARGE', 'The request body is too large.');
