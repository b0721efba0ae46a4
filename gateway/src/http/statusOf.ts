import type { DomainError, ErrorCategory, ErrorCode } from '@supergraph/errors';

const byCode: Partial<Record<ErrorCode, number>> = {
  CSRF_PREVENTED: 403,
  NOT_ACCEPTABLE: 406,
  // Apollo's clients look at the code and expect the request to have gone through.
  PERSISTED_QUERY_NOT_FOUND: 200,
  PERSISTED_QUERY_NOT_SUPPORTED: 200,
  RATE_LIMITED: 429,
  REQUEST_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
};

const byCategory: Record<ErrorCategory, number> = {
  NOT_FOUND: 404,
  CONFLICT: 409,
  INVALID: 400,
  FORBIDDEN: 403,
  UNAUTHENTICATED: 401,
  UNAVAILABLE: 503,
  INTERNAL: 500,
};

/** The HTTP status of a request that is refused as a whole. */
export const statusOf = ({ code, category }: DomainError): number => byCode[code] ?? byCategory[category];
