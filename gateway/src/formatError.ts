import type { Logger } from '@supergraph/service-kit';
import { errorCodes, isDomainError, isErrorCode, type DomainError } from '@supergraph/errors';
import type { GraphQLFormattedError } from 'graphql';
import { randomUUID } from 'node:crypto';

/**
 * The one place that decides what a client is told of an error. Errors with a code were made for clients: by a
 * subgraph (they keep code and path and say which, `serviceName`), by the GraphQL server or by us. Everything else is
 * a bug or an outage: the client gets an id, the log gets the id and the error.
 */
export type FormatError = (formatted: GraphQLFormattedError, thrown: unknown) => GraphQLFormattedError;

export const createFormatError =
  (log: Logger): FormatError =>
  (formatted, thrown) => {
    const cause = causeOf(thrown);
    if (isDomainError(cause)) return { ...formatted, message: cause.message, extensions: extensionsOf(cause) };

    const { stacktrace: _stack, exception: _exception, ...extensions } = formatted.extensions ?? {};
    const meantForClients =
      extensions['serviceName'] !== undefined ||
      (typeof extensions['code'] === 'string' && extensions['code'] !== 'INTERNAL_SERVER_ERROR');
    if (meantForClients) return { ...formatted, extensions: withCategory(extensions) };

    const errorId = randomUUID();
    log.error({ err: thrown, errorId }, 'unexpected error');
    return {
      message: 'Something went wrong on our side.',
      ...(formatted.path && { path: formatted.path }),
      extensions: { code: 'INTERNAL_SERVER_ERROR', category: 'INTERNAL', errorId },
    };
  };

/** The GraphQL form of one of our own errors, for answers that are made outside of the GraphQL server. */
export const errorBody = (error: DomainError): { errors: [GraphQLFormattedError] } => ({
  errors: [{ message: error.message, extensions: extensionsOf(error) }],
});

const extensionsOf = ({ code, category, details }: DomainError): Record<string, unknown> => ({
  ...details,
  code,
  category,
});

/** Apollo Server's own errors, and those of other people's subgraphs, come without a category. */
const withCategory = (extensions: Record<string, unknown>): Record<string, unknown> => {
  const { code } = extensions;
  return isErrorCode(code) ? { category: errorCodes[code], ...extensions } : extensions;
};

const causeOf = (thrown: unknown): unknown =>
  thrown instanceof Error && 'originalError' in thrown && thrown.originalError !== undefined
    ? thrown.originalError
    : thrown;
