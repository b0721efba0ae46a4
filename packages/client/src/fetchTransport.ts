import { createFuse } from './fuse.ts';
import { codeOf, type Result, type ResultError } from './result.ts';
import { createMultipartReader } from './multipartReader.ts';
import { createSseReader } from './sseReader.ts';
import type { Ending, TokenSource, Transport, TransportRequest } from './transport.ts';

const formats = {
  sse: { accept: 'text/event-stream', createReader: createSseReader },
  multipart: {
    accept: 'multipart/mixed;subscriptionSpec="1.0", application/json',
    createReader: createMultipartReader,
  },
} as const;

/** No word for so long, where the server promises signs of life: the connection is dead. */
const silenceMs = 45_000;

/** One POST for each attempt; the events are read from its response as they come. */
export const createFetchTransport = ({
  url,
  token,
  fetch,
  format,
}: Readonly<{
  url: string;
  token: TokenSource;
  fetch: typeof globalThis.fetch;
  format: keyof typeof formats;
}>): Transport => {
  const { accept, createReader } = formats[format];

  const attempt = async (
    request: TransportRequest,
    next: (result: Result<unknown>) => void,
    signal: AbortSignal,
    alive: () => void,
  ): Promise<Ending> => {
    const value = await token();
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        accept,
        'content-type': 'application/json',
        ...(value !== null && { authorization: `Bearer ${value}` }),
      },
      body: JSON.stringify(request),
      signal,
    });
    if (!response.ok || response.body === null || isJson(response)) return refusal(response);
    const read = createReader();
    const decoder = new TextDecoder();
    const reader = response.body.getReader();
    for (;;) {
      const { done, value: bytes } = await reader.read();
      if (done) return { kind: 'lost', reason: new Error('The connection was closed.') };
      alive();
      for (const piece of read(decoder.decode(bytes, { stream: true }))) {
        if (piece.kind === 'next') next(piece.result);
        else if (piece.kind === 'place') next({ extensions: { cursor: piece.cursor, live: true } });
        else {
          void reader.cancel().catch(() => undefined);
          return piece;
        }
      }
    }
  };

  return {
    run: async (request, next, signal) => {
      const ending = new AbortController();
      const stop = (): void => ending.abort();
      const silence = createFuse(silenceMs, stop);
      silence.light();
      signal.addEventListener('abort', stop, { once: true });
      try {
        if (signal.aborted) return { kind: 'complete' };
        return await attempt(request, next, ending.signal, silence.light);
      } catch (reason) {
        return { kind: 'lost', reason };
      } finally {
        silence.stop();
        signal.removeEventListener('abort', stop);
      }
    },
    close: () => undefined,
  };
};

const isJson = (response: Response): boolean => /[/+]json/.test(response.headers.get('content-type') ?? '');

/** A refusal with a code that may pass is tried again, and so is one by whatever stands in between (5xx, 429). */
const refusal = async (response: Response): Promise<Ending> => {
  const errors = errorsIn(await response.text());
  if (errors !== null && codeOf(errors) !== undefined) return { kind: 'failed', errors };
  const reason = new Error(`HTTP ${response.status}`);
  return response.status >= 500 || response.status === 429 ? { kind: 'lost', reason } : { kind: 'refused', reason };
};

const errorsIn = (text: string): readonly ResultError[] | null => {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== 'object' || body === null || !('errors' in body) || !Array.isArray(body.errors)) return null;
    return body.errors as readonly ResultError[];
  } catch {
    return null;
  }
};
