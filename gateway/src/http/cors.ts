import type { FastifyCorsOptions } from '@fastify/cors';
import type { GatewayConfig } from '../config.ts';

type Origins = Pick<GatewayConfig, 'corsOrigins' | 'production'>;

const local = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** Whether pages of an origin may call: those of the configuration, and in development those of this machine. */
export const isAllowedOrigin = ({ corsOrigins, production }: Origins, origin: string): boolean =>
  corsOrigins.includes(origin) || (!production && local.test(origin));

/** The architecture's CORS section, with what GraphQL clients and our own steps need besides. */
export const corsOf = ({ corsOrigins, production }: Origins): FastifyCorsOptions => ({
  origin: [...corsOrigins, ...(production ? [] : [local])],
  methods: ['GET', 'POST', 'OPTIONS'],
  // With Authorization, the trace, conditional requests, the headers that pass the CSRF check, and those of ADR 0017.
  allowedHeaders: [
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
  ],
  exposedHeaders: [
    'X-Request-ID',
    'X-Gateway-Latency',
    'X-Upstream-Latency',
    'Server-Timing',
    'Age',
    'ETag',
    'RateLimit',
    'RateLimit-Policy',
    'Retry-After',
  ],
  credentials: true,
  maxAge: 3600,
});
