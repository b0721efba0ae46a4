import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GatewayConfig } from '../config.ts';
import type { HeaderList } from './httpExchange.ts';

type Origins = Pick<GatewayConfig, 'corsOrigins' | 'production'>;

const local = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** Whether pages of an origin may call: those of the configuration, and in development those of this machine. */
export const isAllowedOrigin = ({ corsOrigins, production }: Origins, origin: string): boolean =>
  corsOrigins.includes(origin) || (!production && local.test(origin));

/** The architecture's CORS section, with what GraphQL clients and our own steps need besides. */
const allowedMethods = 'GET, POST, DELETE, OPTIONS';
/** With Authorization, the trace, conditional requests, the headers that pass the CSRF check, and those of ADR 0017. */
const allowedHeaders = [
  'Accept',
  'Content-Type',
  'Authorization',
  'Cache-Control',
  'If-None-Match',
  'X-Request-ID',
  'X-Cost',
  'traceparent',
  'tracestate',
  'Apollo-Require-Preflight',
  'X-Apollo-Operation-Name',
  'X-Canary',
  'Idempotency-Key',
  'Last-Event-ID',
].join(', ');
const exposedHeaders = [
  'X-Request-ID',
  'X-Gateway-Latency',
  'X-Upstream-Latency',
  'Server-Timing',
  'Age',
  'ETag',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
].join(', ');
const maxAgeSeconds = '3600';

/** Says who may read an answer (https://fetch.spec.whatwg.org/#http-cors-protocol). */
export type Cors = Readonly<{
  /** The headers for an answer to a page of this origin; none for somebody who is no page of another origin. */
  headersFor: (origin: string | undefined) => HeaderList;
  /** Answers a browser that asks before it sends what another origin's page wants; false when it is no such question. */
  answerPreflight: (request: IncomingMessage, response: ServerResponse) => boolean;
}>;

export const createCors = (origins: Origins): Cors => {
  const allowed = (origin: string | undefined): HeaderList =>
    origin !== undefined && isAllowedOrigin(origins, origin)
      ? ['access-control-allow-origin', origin, 'access-control-allow-credentials', 'true']
      : [];
  return {
    headersFor: (origin) =>
      origin === undefined ? none : [...allowed(origin), 'access-control-expose-headers', exposedHeaders],
    answerPreflight: ({ method, headers }, response) => {
      if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) return false;
      response.writeHead(204, [
        ...['vary', 'Origin, Access-Control-Request-Headers', 'content-length', '0'],
        ...allowed(headers.origin),
        ...['access-control-allow-methods', allowedMethods, 'access-control-allow-headers', allowedHeaders],
        ...['access-control-max-age', maxAgeSeconds],
      ]);
      response.end();
      return true;
    },
  };
};

const none: HeaderList = [];
