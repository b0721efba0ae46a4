import { isAscii } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { remember } from '../upstream/remember.ts';
import type { GiveUp, UpstreamAnswered, UpstreamRequest, UpstreamResponse } from '../upstream/send.ts';
import type { ConnectionConfig } from '../upstream/upstreamConfig.ts';
import { LateError, type Connections, type WireControl } from './connections.ts';
import { acceptEncoding, createDecoder, type Decoder } from './decoder.ts';
import { createHttp1 } from './http1.ts';
import { createHttp2 } from './http2.ts';
import { createNegotiated } from './negotiated.ts';

/** One request to a subgraph. */
export type Outgoing = Pick<UpstreamRequest, 'subgraph' | 'url' | 'headers' | 'body' | 'failed'>;

/** How it ended: the answer's text whatever its status, or why there is none. */
export type Answered = UpstreamAnswered;

/** Sends requests to subgraphs over connections that are kept. */
export type Transport = Readonly<{
  /** Calls `answered` once, unless the returned function was called before: it gives the request up. */
  send: (outgoing: Outgoing, answered: Answered) => GiveUp;
  /**
   * Says where requests will go. What is returned takes that back: connections that nobody needs any more are closed
   * when their last request is over. Others are kept, so a reload of the supergraph does not cost them.
   */
  open: (urls: ReadonlyMap<string, URL>) => () => Promise<void>;
  /** Ends when every request is over. */
  close: () => Promise<void>;
}>;

export type TransportOptions = Readonly<{
  /** The settings for a subgraph. */
  connection: (subgraph: string) => ConnectionConfig;
  connectSeconds: number;
  /** The whole exchange must be over within this time; then it is aborted. */
  timeoutSeconds: number;
}>;

/** Connections to one origin for one subgraph. */
type Line = {
  readonly connections: Connections;
  readonly maxAnswerBytes: number;
  readonly compressed: boolean;
  /** How many engines have said that requests will go here. */
  users: number;
  closed: boolean;
};

export const createTransport = ({ connection, connectSeconds, timeoutSeconds }: TransportOptions): Transport => {
  const lines = new Map<string, Line>();
  // A URL's parts are worked out when asked for, so they are asked for once.
  const places = new WeakMap<URL, Readonly<{ line: Line; path: string }>>();
  const authorities = remember((file) => readFileSync(file, 'utf8'));

  const lineOf = (subgraph: string, { origin }: URL): Line => {
    const key = `${subgraph} ${origin}`;
    const known = lines.get(key);
    if (known !== undefined) return known;
    const settings = connection(subgraph);
    const options = {
      connectMs: connectSeconds * 1000,
      idleMs: settings.idleSeconds * 1000,
      maximum: settings.maximum,
      ca: settings.caFile === undefined ? null : authorities(settings.caFile),
    };
    const line: Line = {
      connections: connectionsFor(settings.http2, origin)(origin, options),
      maxAnswerBytes: settings.maxAnswerBytes,
      compressed: settings.compression,
      users: 0,
      closed: false,
    };
    lines.set(key, line);
    return line;
  };

  const placeOf = (subgraph: string, url: URL): Readonly<{ line: Line; path: string }> => {
    const known = places.get(url);
    if (known !== undefined && !known.line.closed) return known;
    const place = { line: lineOf(subgraph, url), path: url.pathname + url.search };
    places.set(url, place);
    return place;
  };

  return {
    send: ({ subgraph, url, headers, body, failed }, answered) => {
      const { line, path } = placeOf(subgraph, url);
      const chunks: Buffer[] = [];
      let bytes = 0;
      let control: WireControl | undefined;
      let decoder: Decoder | null = null;
      let over = false;
      let response: UpstreamResponse | undefined;

      const end = (error: Error | null, text: string) => {
        if (over) return;
        over = true;
        clearTimeout(timer);
        try {
          answered(error, text, response);
        } catch (thrown) {
          // A socket is not to blame and cannot help.
          if (failed === undefined) throw thrown;
          failed(thrown);
        }
      };
      /** Ends it from our side. */
      const stop = (reason: Error) => {
        decoder?.destroy();
        control?.abort(reason);
        end(reason, '');
      };
      // Connections may refuse at once, before the caller knows how to give up.
      const refused = (error: Error) => queueMicrotask(() => end(error, ''));
      const timer = setTimeout(
        () => stop(new LateError(`No answer within ${timeoutSeconds} seconds.`)),
        timeoutSeconds * 1000,
      );
      const keep = (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > line.maxAnswerBytes) stop(new Error(`The answer has more than ${line.maxAnswerBytes} bytes.`));
        else chunks.push(chunk);
      };
      const finish = () => {
        const [only] = chunks;
        const whole = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
        const ascii = isAscii(whole);
        if (ascii && response !== undefined) response = { ...response, ascii };
        // The same text either way; without decoding it is a copy of bytes.
        end(null, whole.toString(ascii ? 'latin1' : 'utf8'));
      };

      try {
        line.connections.dispatch(
          {
            path,
            method: 'POST',
            headers: line.compressed ? { ...headers, 'accept-encoding': acceptEncoding } : headers,
            body,
          },
          {
            onRequestStart: (given) => {
              if (over) given.abort(new Error('Given up before it was sent.'));
              else control = given;
            },
            onResponseStart: (_control, status, headers) => {
              response = { status, retryAfter: first(headers['retry-after']) };
              const encoding = first(headers['content-encoding']);
              if (encoding === undefined || encoding === 'identity') return;
              decoder = createDecoder(encoding, { data: keep, end: finish, error: stop });
              if (decoder === null) stop(new Error(`The answer is encoded in ${encoding}, which was not asked for.`));
            },
            onResponseData: (_control, chunk) => {
              if (over) return;
              if (decoder === null) keep(chunk);
              else decoder.write(chunk);
            },
            onResponseEnd: () => {
              if (decoder === null) finish();
              else decoder.end();
            },
            onResponseError: (_control, error) => {
              decoder?.destroy();
              refused(error);
            },
          },
        );
      } catch (error) {
        clearTimeout(timer);
        throw error;
      }
      return () => {
        if (over) return;
        over = true;
        clearTimeout(timer);
        decoder?.destroy();
        control?.abort(new Error('Nobody waits for the answer.'));
      };
    },

    open: (urls) => {
      const opened = [...urls].map(([subgraph, url]) => ({
        key: `${subgraph} ${url.origin}`,
        line: lineOf(subgraph, url),
      }));
      for (const { line } of opened) line.users += 1;
      return async () => {
        const unused = opened.filter(({ line }) => (line.users -= 1) === 0);
        for (const { key, line } of unused) {
          line.closed = true;
          lines.delete(key);
        }
        await Promise.all(unused.map(({ line }) => line.connections.close()));
      };
    },

    close: async () => {
      await Promise.all([...lines.values()].map(({ connections }) => connections.close()));
    },
  };
};

const first = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header;

const connectionsFor = (http2: ConnectionConfig['http2'], origin: string) => {
  const secure = origin.startsWith('https:');
  if (http2 === 'prior-knowledge') return createHttp2;
  return http2 === 'negotiate' && secure ? createNegotiated : createHttp1;
};
