import { DomainError } from '@supergraph/errors';
import { GraphQLError, Kind } from 'graphql';

/** Called with what was masked; returns the id under which it can be found in the log. */
export type OnUnexpected = (cause: unknown) => string;

/** What was thrown in the first place: graphql-js wraps it to add path and locations, sometimes twice. */
export const causeOf = (error: unknown): unknown =>
  error instanceof GraphQLError && error.originalError ? causeOf(error.originalError) : error;

// graphql-js gives these no code; Apollo Server recognises them the same way, but only on its own road.
const isBadVariable = (error: GraphQLError): boolean =>
  error.path === undefined && error.nodes?.length === 1 && error.nodes[0]?.kind === Kind.VARIABLE_DEFINITION;

const isMeantForClients = (error: unknown): boolean =>
  error instanceof GraphQLError && typeof error.extensions['code'] === 'string';

/**
 * The one place where an error becomes what a client sees. A DomainError gives its code, category and details; a
 * GraphQLError with a code passes; anything else is masked as INTERNAL_SERVER_ERROR with the id of its log line.
 * Path and locations are kept.
 */
export const toGraphQLError = (error: unknown, onUnexpected: OnUnexpected): GraphQLError => {
  const cause = causeOf(error);
  const where =
    error instanceof GraphQLError
      ? {
          nodes: error.nodes ?? null,
          source: error.source ?? null,
          positions: error.positions ?? null,
          path: error.path ?? null,
        }
      : {};

  if (cause instanceof DomainError) {
    const extensions = { ...cause.details, code: cause.code, category: cause.category };
    return new GraphQLError(cause.message, { ...where, extensions, originalError: cause });
  }
  if (error instanceof GraphQLError && (isMeantForClients(error) || isMeantForClients(cause))) return error;
  if (error instanceof GraphQLError && isBadVariable(error)) {
    return new GraphQLError(error.message, { ...where, extensions: { code: 'BAD_USER_INPUT', category: 'INVALID' } });
  }
  return new GraphQLError('Something went wrong on our side.', {
    ...where,
    extensions: { code: 'INTERNAL_SERVER_ERROR', category: 'INTERNAL', errorId: onUnexpected(cause) },
  });
};
