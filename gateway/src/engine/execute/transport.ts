import { readFileSync } from 'node:fs';
import { remember } from '../upstream/remember.ts';
import type { GiveUp, UpstreamAnswered, UpstreamRequest } from '../upstream/send.ts';
import type { ConnectionConfig } from '../upstream/upstreamConfig.ts';
import type { Connections } from './connections.ts';
import { acceptEncoding } from './decoder.ts';
import { createExchange, createExchangeDeadlines, forgo, giveUp, type Terms } from './exchange.ts';
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
  /** The whole exchange must be over within this time, or a little later; then it is aborted. */
  timeoutSeconds: number;
}>;

/** Connections to one origin for one subgraph. */
type Line = {
  readonly connections: Connections;
  readonly terms: Terms;
  readonly compressed: boolean;
  /** How many engines have said that requests will go here. */
  users: number;
  closed: boolean;
};

export const createTransport = ({ connection, connectSeconds, timeoutSeconds }: TransportOptions): Transport => {
  const deadlines = createExchangeDeadlines(timeoutSeconds);
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
      terms: { maxAnswerBytes: settings.maxAnswerBytes, deadlines },
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
      const exchange = createExchange(answered, failed, line.terms);
      try {
        line.connections.dispatch(
          {
            path,
            method: 'POST',
            headers: line.compressed ? { ...headers, 'accept-encoding': acceptEncoding } : headers,
            body,
          },
          exchange,
        );
      } catch (error) {
        forgo(exchange);
        throw error;
      }
      return () => giveUp(exchange);
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

const connectionsFor = (http2: ConnectionConfig['http2'], origin: string) => {
  const secure = origin.startsWith('https:');
  if (http2 === 'prior-knowledge') return createHttp2;
  return http2 === 'negotiate' && secure ? createNegotiated : createHttp1;
};
