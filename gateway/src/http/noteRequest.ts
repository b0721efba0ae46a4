import type { Logger, Metrics } from '@supergraph/service-kit';
import type { AccessLog } from './createAccessLog.ts';
import type { RequestContext } from '../requestContext.ts';

/** A request to /graphql that is over. */
export type EndedRequest = Readonly<{
  requestId: string;
  method: string;
  /** Null when it was refused before it had one. */
  context: RequestContext | null;
  /** The code of a refusal that came before the operation was looked at. */
  refusal: string | null;
  /** Null when the client went before its answer was sent. */
  status: number | null;
  elapsedMs: number;
}>;

/** Writes the access log and counts, once for each request. Never throws: a socket's event would not catch it. */
export type NoteRequest = (ended: EndedRequest) => void;

/** @param accessLog null where nobody wants to read of every request */
export const createNoteRequest =
  (metrics: Metrics, accessLog: AccessLog | null, log: Logger): NoteRequest =>
  (ended) => {
    try {
      observe(ended, metrics, accessLog);
    } catch (error) {
      log.error({ err: error, requestId: ended.requestId }, 'a request could not be noted');
    }
  };

const observe = (
  { requestId, method, context, refusal, status, elapsedMs }: EndedRequest,
  metrics: Metrics,
  accessLog: AccessLog | null,
): void => {
  const operation = context?.observed.operationName ?? null;
  const answered = context?.observed.outcome ?? 'ok';
  const bad = answered === 'ok' && status !== null && status >= 400;
  const outcome = status === null ? 'CLIENT_GONE' : (refusal ?? (bad ? 'BAD_REQUEST' : answered));
  metrics.observeOperation({ operation, outcome, seconds: elapsedMs / 1000 });
  accessLog?.({
    requestId,
    principal: context?.principal.kind ?? null,
    operation,
    method,
    status: status ?? clientGone,
    outcome,
    durationMs: elapsedMs,
    upstreamMs: context?.upstream.waitedMs ?? 0,
  });
};

/** As nginx has it; nobody is ever sent this status. */
const clientGone = 499;
