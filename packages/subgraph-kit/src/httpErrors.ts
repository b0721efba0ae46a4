import { DomainError } from '@supergraph/errors';
import type { ErrorCode } from '@supergraph/errors';
import type { Logger } from '@supergraph/service-kit';
import type { FastifyError, FastifyReply } from 'fastify';
import type { ErrorReporter } from './createErrorReporter.ts';
import { toGraphQLError } from './toGraphQLError.ts';

/** What Fastify refuses before GraphQL sees the request (https://fastify.dev/docs/latest/Reference/Errors). */
const refusals: Readonly<Record<string, { status: number; code: ErrorCode; message: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { status: 413, code: 'REQUEST_TOO_LARGE', message: 'The request is too large.' },
  FST_ERR_CTP_INVALID_JSON_BODY: { status: 400, code: 'MALFORMED_JSON', message: 'The body is not JSON.' },
  FST_ERR_CTP_EMPTY_JSON_BODY: { status: 400, code: 'MALFORMED_JSON', message: 'The body is empty.' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { status: 415, code: 'BAD_REQUEST', message: 'Send application/json.' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    status: 400,
    code: 'BAD_REQUEST',
    message: 'The body has another length than announced.',
  },
};

const refusalOf = (error: Partial<FastifyError>): { status: number; error: DomainError } | undefined => {
  const known = error.code === undefined ? undefined : refusals[error.code];
  return known && { status: known.status, error: new DomainError(known.code, known.message) };
};

/**
 * Answers an error outside GraphQL in GraphQL's form, so that a caller reads one form only.
 *
 * @param as the HTTP status, where the error alone does not tell it
 */
export const sendHttpError = (
  reply: FastifyReply,
  thrown: FastifyError | DomainError,
  log: Logger,
  report: ErrorReporter,
  as?: number,
): FastifyReply => {
  const refusal = thrown instanceof DomainError ? undefined : refusalOf(thrown);
  const status = as ?? refusal?.status ?? (thrown instanceof DomainError ? statusOf(thrown) : 500);
  const error = toGraphQLError(refusal?.error ?? thrown, (cause) => report(cause, log));
  return reply
    .code(status)
    .type('application/json; charset=utf-8')
    .send({ errors: [error.toJSON()] });
};

const statusOf = (error: DomainError): number => {
  switch (error.category) {
    case 'UNAUTHENTICATED':
      return 401;
    case 'FORBIDDEN':
      return 403;
    case 'NOT_FOUND':
      return 404;
    case 'CONFLICT':
      return 409;
    case 'INVALID':
      return 400;
    case 'UNAVAILABLE':
      return 503;
    case 'INTERNAL':
      return 500;
  }
};
