import type { ServerResponse } from 'node:http';
import { Readable, pipeline } from 'node:stream';
import type { RequestContext } from '../requestContext.ts';
import { chooseEncoding, compress, type CompressionOptions } from './compress.ts';
import type { HeaderList, HttpAnswer } from './httpExchange.ts';
import { addLatencyHeaders } from './latencyHeaders.ts';

export type Sending = Readonly<{
  answer: HttpAnswer;
  /** Null when the request was refused before it had one. */
  context: RequestContext | null;
  /** What every answer to this request has. */
  headers: HeaderList;
  startedAt: number;
  acceptEncoding: string | string[] | undefined;
  compression: CompressionOptions;
}>;

/**
 * Sends an answer, compressed when its client wants that. Only whole texts are: of an answer in parts each has to arrive
 * at once.
 */
export const sendAnswer = (response: ServerResponse, sending: Sending): void | Promise<void> => {
  const { answer, compression, acceptEncoding } = sending;
  const { body } = answer;
  if (typeof body !== 'string' && !Buffer.isBuffer(body)) return sendParts(response, sending, body);
  // Characters are as good as bytes for a threshold.
  const encoding = compression.enabled && body.length >= compression.fromBytes ? chooseEncoding(acceptEncoding) : null;
  if (encoding === null) return sendWhole(response, sending, body, null);
  return compress(body, encoding).then((bytes) => sendWhole(response, sending, bytes, encoding));
};

const sendWhole = (
  response: ServerResponse,
  sending: Sending,
  body: string | Buffer,
  encoding: string | null,
): void => {
  // The client may have gone meanwhile.
  if (response.destroyed) return;
  const { status } = sending.answer;
  const headers = headersOf(sending);
  if (encoding !== null) headers.push('content-encoding', encoding);
  if (status !== 304)
    headers.push('content-length', String(typeof body === 'string' ? Buffer.byteLength(body) : body.length));
  response.writeHead(status, headers);
  response.end(status === 304 ? undefined : body);
};

const sendParts = (response: ServerResponse, sending: Sending, parts: AsyncIterable<string>): void => {
  if (response.destroyed) return;
  response.writeHead(sending.answer.status, headersOf(sending));
  // A part that fails ends the connection: what was sent cannot be taken back.
  pipeline(Readable.from(parts), response, () => undefined);
};

const headersOf = ({ answer, context, headers, startedAt }: Sending): string[] => {
  const all = [...headers, 'content-type', answer.type];
  let vary = 'Origin, accept, accept-encoding';
  if (context !== null) {
    addLatencyHeaders(all, performance.now() - startedAt, context.upstream);
    const { responseHeaders } = context;
    for (const name in responseHeaders) {
      const value = responseHeaders[name] ?? '';
      if (name === 'vary') vary += `, ${value}`;
      else all.push(name, value);
    }
  }
  all.push('vary', vary);
  return all;
};
