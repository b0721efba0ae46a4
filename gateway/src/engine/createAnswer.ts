import { DomainError } from '@supergraph/errors';
import { OperationTypeNode, type GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { FormatError } from '../formatError.ts';
import type { RequestContext } from '../requestContext.ts';
import type { Variables } from './compile/compileVariables.ts';
import type { Operations } from './createOperations.ts';
import type { Execute } from './execute/execute.ts';

export type GraphQLRequest = Readonly<{ query: string; variables: Variables; operationName?: string | undefined }>;

/** The text of a GraphQL response, and the HTTP status for it. */
export type Answered = Readonly<{ status: number; text: string }>;

/**
 * Answers one request, whatever happens: a mistake of ours fails this request and no other.
 *
 * @param onlyQueries for requests that must change nothing: a mutation is refused with 405
 */
export type Answer = (
  request: GraphQLRequest,
  context: RequestContext,
  signal: AbortSignal | null,
  onlyQueries?: boolean,
) => Promise<Answered>;

export const createAnswer = ({
  operations,
  execute,
  formatError,
}: {
  operations: Operations;
  execute: Execute;
  formatError: FormatError;
}): Answer => {
  const refused = (context: RequestContext, status: number, errors: readonly GraphQLFormattedError[]): Answered => {
    observe(context, errors);
    return { status, text: JSON.stringify({ errors }) };
  };
  const invalid = (context: RequestContext, errors: readonly GraphQLError[]): Answered =>
    refused(
      context,
      400,
      errors.map((error) => formatError(error.toJSON(), error)),
    );

  return async ({ query, variables, operationName }, context, signal, onlyQueries = false) => {
    try {
      context.observed.operationName = operationName ?? null;
      const prepared = operations.prepare(query, operationName);
      if ('errors' in prepared) return invalid(context, prepared.errors);
      context.observed.operationName = prepared.operation.name?.value ?? null;
      if (onlyQueries && prepared.operation.operation !== OperationTypeNode.QUERY) {
        const error = new DomainError('BAD_REQUEST', 'Only queries may come by GET.');
        return refused(context, 405, [formatError({ message: error.message }, error)]);
      }
      const coerced = prepared.coerce(variables);
      if ('errors' in coerced) return invalid(context, coerced.errors.map(asBadInput));

      const compiled = prepared.compiled(coerced.values);
      const operation = 'then' in compiled ? await compiled : compiled;
      const { dataText, errors } = await execute(operation, coerced.values, context, signal);
      if (errors.length === 0) return { status: 200, text: `{"data":${dataText}}` };
      observe(context, errors);
      return { status: 200, text: `{"data":${dataText},"errors":${JSON.stringify(errors)}}` };
    } catch (error) {
      if (signal?.aborted) {
        // Nobody reads it; the access log has the number that nginx made known for this.
        context.observed.outcome = 'CLIENT_GONE';
        return { status: 499, text: '' };
      }
      return refused(context, 500, [formatError({ message: 'The request failed.' }, error)]);
    }
  };
};

const observe = (context: RequestContext, errors: readonly GraphQLFormattedError[]): void => {
  const code = errors[0]?.extensions?.['code'];
  if (code !== undefined) context.observed.outcome = String(code);
};

const asBadInput = (error: GraphQLError): GraphQLError => {
  error.extensions['code'] = 'BAD_USER_INPUT';
  return error;
};
