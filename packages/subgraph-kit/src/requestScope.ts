import { randomUUID } from 'node:crypto';
import { userIdOf } from '@supergraph/auth';
import type { Principal } from '@supergraph/auth';
import type { Cause } from '@supergraph/eventsourcing';
import type { Logger } from '@supergraph/service-kit';
import type { SubscribeRequest } from './resumable.ts';

/** What the kit knows about a request, and every context is built on. */
export type RequestScope = {
  /** Who is asking, verified. */
  viewer: Principal;
  requestId: string;
  /** Adds the request id to every line. */
  log: Logger;
  /** Becomes the metadata of the events that this request causes. */
  cause: Cause;
  /** What a subscription was asked for with; null for queries and mutations. */
  request: SubscribeRequest | null;
};

/** What the caller says about the request beside who is asking; untrusted. */
export type RequestOrigin = Readonly<{ requestId?: unknown; traceparent?: unknown }>;

// Goes into log lines, event metadata and answers, so it is not taken in every form.
const requestIdPattern = /^[\w.:/+=-]{1,128}$/;
// W3C Trace Context, section 3.2; later versions may be longer.
const traceparentPattern = /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}(-.{0,200})?$/;

const matching = (value: unknown, pattern: RegExp): string | undefined =>
  typeof value === 'string' && pattern.test(value) ? value : undefined;

/** The caller's request id if it is a decent one, else a new one. */
export const requestIdOf = (given: unknown): string => matching(given, requestIdPattern) ?? randomUUID();

/** The scope of a request: its id is the correlation id of everything it sets in motion; its trace goes on. */
export const createRequestScope = (
  viewer: Principal,
  origin: RequestOrigin,
  log: Logger,
  request: SubscribeRequest | null = null,
): RequestScope => {
  const requestId = requestIdOf(origin.requestId);
  const traceparent = matching(origin.traceparent, traceparentPattern);
  return {
    viewer,
    requestId,
    log: log.child({ requestId }),
    request,
    cause: {
      userId: userIdOf(viewer),
      correlationId: requestId,
      causationId: null,
      ...(traceparent === undefined ? {} : { traceparent }),
    },
  };
};
