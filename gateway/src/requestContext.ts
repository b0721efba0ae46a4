import type { Principal } from '@supergraph/auth';
import type { Logger } from '@supergraph/service-kit';
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { readCanaryHeader } from './engine/upstream/send.ts';
import { randomHex } from './http/randomHex.ts';
import { createUpstreamClock, type UpstreamClock } from './http/upstreamClock.ts';

/** What is known of a request while it is answered; the same for HTTP and for an operation on a WebSocket. */
export type RequestContext = {
  readonly requestId: string;
  readonly principal: Principal;
  /**
   * What the principal may do of the operation, as a key (see `Access`); empty while it is not known, and where
   * everybody may do everything. It is a part of `viewerKey`, so that nobody gets what was made for somebody with
   * other rights.
   */
  accessKey: string;
  /** Where the request came from; of a proxy's word only when the proxy is trusted. */
  readonly clientAddress: string;
  /** The client's headers as they came, for steps of the gateway itself. They go nowhere. */
  readonly headers: IncomingHttpHeaders;
  /** The client's headers that the configuration lets through to subgraphs, and no others. */
  readonly propagated: Readonly<Record<string, string>>;
  /** What the header `X-Canary` says about which version of a subgraph is asked; null when it says nothing. */
  readonly canary: boolean | null;
  /** The header `Idempotency-Key`: with it a mutation that is declared idempotent may be sent to a subgraph again. */
  readonly idempotencyKey: string | null;
  /** What few requests need, made when it is asked for: see `logOf` and `traceOf`. Copies of the context share it. */
  readonly later: { readonly log: Logger; child: Logger | null; trace: Trace | null };
  /** Headers that steps add to an answer over HTTP; nobody reads them on a WebSocket. */
  readonly responseHeaders: Record<string, string>;
  readonly upstream: UpstreamClock;
  /** What the access log and the metrics say; an object of its own because Apollo Server copies the context. */
  readonly observed: {
    /** Set once the operation is known. */
    operationName: string | null;
    /** `ok`, or the code of the first error; set with the answer. */
    outcome: string;
  };
};

/** W3C Trace Context, https://www.w3.org/TR/trace-context/. */
export type Trace = Readonly<{ traceparent: string; tracestate?: string }>;

export type RequestContextOptions = Readonly<{
  headers: IncomingHttpHeaders;
  principal: Principal;
  clientAddress: string;
  propagate: readonly string[];
  log: Logger;
  requestId: string;
}>;

/**
 * Makes the context of one request. All have the same shape: with a getter in it each would get a hidden class of its
 * own, and whatever reads a context would become slow.
 */
export const createRequestContext = ({
  headers,
  principal,
  clientAddress,
  propagate,
  log,
  requestId,
}: RequestContextOptions): RequestContext => ({
  requestId,
  principal,
  clientAddress,
  headers,
  propagated: propagate.length === 0 ? nothing : propagatedOf(headers, propagate),
  canary: readCanaryHeader(headers['x-canary']),
  idempotencyKey: onlyText(headers['idempotency-key']),
  later: { log, child: null, trace: null },
  accessKey: '',
  responseHeaders: {},
  upstream: createUpstreamClock(),
  observed: { operationName: null, outcome: 'ok' },
});

/** Logs for one request: every line carries the request id. */
export const logOf = ({ later, requestId }: RequestContext): Logger => (later.child ??= later.log.child({ requestId }));

/** What subgraphs are told of the trace that a request belongs to. */
export const traceOf = ({ later, headers }: RequestContext): Trace => (later.trace ??= traceIn(headers));

/** The client's `x-request-id` when it is short and harmless in logs and headers, else a new one. */
export const requestIdOf = (headers: IncomingHttpHeaders): string => {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:=+/-]{1,128}$/.test(given) ? given : randomUUID();
};

const traceparentShape = /^[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Continues the client's trace, or begins one; a `tracestate` means nothing without its `traceparent`. */
const traceIn = ({ traceparent, tracestate }: IncomingHttpHeaders): Trace => {
  if (typeof traceparent === 'string' && traceparentShape.test(traceparent)) {
    return { traceparent, ...(typeof tracestate === 'string' && tracestate.length <= 512 && { tracestate }) };
  }
  return { traceparent: `00-${randomHex(16)}-${randomHex(8)}-01` };
};

const onlyText = (value: string | readonly string[] | undefined): string | null =>
  typeof value === 'string' && value !== '' ? value : null;

const nothing: Readonly<Record<string, string>> = {};

const propagatedOf = (headers: IncomingHttpHeaders, names: readonly string[]): Record<string, string> => {
  const propagated: Record<string, string> = {};
  for (const name of names) {
    const value = headers[name.toLowerCase()];
    if (value !== undefined) propagated[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return propagated;
};
