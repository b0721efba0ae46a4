import { DomainError, isDomainError } from '@supergraph/errors';
import { OperationTypeNode, type GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { FormatError } from '../formatError.ts';
import { actualCost } from '../cost/actualCost.ts';
import { checkCost, wantsCost, withCost } from '../cost/tellCost.ts';
import { statusOf } from '../http/statusOf.ts';
import type { RequestContext } from '../requestContext.ts';
import type { Ready, Steps } from '../steps.ts';
import { asBadInput } from './asBadInput.ts';
import type { RunInParts } from './createRunInParts.ts';
import type { Operations } from './createOperations.ts';
import type { Cancellation } from './execute/cancellation.ts';
import { codeOf, type Run } from './createRun.ts';
import type { Answered, ClientRequest, GraphQLRequest } from './graphqlRequest.ts';
import { andThen, type PromiseOrValue } from './promiseOrValue.ts';

/**
 * Answers one request, whatever happens: a mistake of ours fails this request and no other. At once when nothing has to
 * be waited for, as for what is cached.
 *
 * @param onlyQueries for requests that must change nothing: a mutation is refused with 405
 */
export type Answer = (
  request: ClientRequest,
  context: RequestContext,
  cancellation: Cancellation | null,
  onlyQueries?: boolean,
) => PromiseOrValue<Answered>;

/** A request on its path. */
type Asking = Readonly<{
  asked: ClientRequest;
  context: RequestContext;
  cancellation: Cancellation | null;
  onlyQueries: boolean;
}>;

/**
 * The path of an operation, however it came: find its document, see that it is good, charge for it, execute it. What
 * is done by features of the edge is in `steps`. See docs/adr/0019-request-pipeline.md.
 */
export const createAnswer = ({
  operations,
  run,
  runInParts,
  formatError,
  steps,
  maxCost,
  countsObjects,
}: {
  operations: Operations;
  run: Run;
  runInParts: RunInParts;
  formatError: FormatError;
  steps: Steps;
  /** What an operation may cost. */
  maxCost: number;
  /** Whether the cost of an answer is the number of its objects: no `@cost` says otherwise. */
  countsObjects: boolean;
}): Answer => {
  const refused = (context: RequestContext, status: number, errors: readonly GraphQLFormattedError[]): Answered => {
    const code = codeOf(errors);
    context.observed.outcome = code ?? context.observed.outcome;
    return { status, body: JSON.stringify({ errors }), code };
  };
  const refusedBy = (context: RequestContext, error: DomainError): Answered =>
    refused(context, statusOf(error), [formatError({ message: error.message }, error)]);
  const invalid = (context: RequestContext, errors: readonly GraphQLError[]): Answered =>
    refused(
      context,
      400,
      errors.map((error) => formatError(error.toJSON(), error)),
    );

  const find = ({ asked, context }: Asking): PromiseOrValue<GraphQLRequest | DomainError> =>
    steps.resolve === null ? withDocument(asked) : steps.resolve(asked, context);

  const check = (asking: Asking, request: GraphQLRequest | DomainError): PromiseOrValue<Answered> => {
    const { context, onlyQueries } = asking;
    if (isDomainError(request)) return refusedBy(context, request);

    const prepared = operations.prepare(request.query, request.operationName);
    if ('errors' in prepared) return invalid(context, prepared.errors);
    const { operation } = prepared;
    context.observed.operationName = operation.name?.value ?? null;
    if (operation.operation === OperationTypeNode.SUBSCRIPTION) return refusedBy(context, noSubscriptions);
    if (onlyQueries && operation.operation !== OperationTypeNode.QUERY) {
      const error = new DomainError('BAD_REQUEST', 'Only queries may come by GET.');
      return refused(context, 405, [formatError({ message: error.message }, error)]);
    }
    const coerced = prepared.coerce(request.variables);
    if ('errors' in coerced) return invalid(context, coerced.errors.map(asBadInput));

    const cost = checkCost(prepared.cost(coerced.values), maxCost);
    if (isDomainError(cost)) return refusedBy(context, cost);

    const access = prepared.access === null ? null : prepared.access(context.principal);
    if (access !== null) context.accessKey = access.key;
    const ready: Ready = { request, prepared, variables: coerced.values, cost, access };
    const charged = steps.charge === null ? null : steps.charge(ready, context);
    return andThen(charged, (refusal) =>
      refusal === null ? answerInParts(asking, ready) : refusedBy(context, refusal),
    );
  };

  const answerInParts = (asking: Asking, ready: Ready): PromiseOrValue<Answered> => {
    const { asked, context, cancellation } = asking;
    const { prepared } = ready;
    // What a mutation invalidates is known before it is answered, so with a cache it is not answered in parts.
    const maySplit = steps.respond === null || prepared.operation.operation === OperationTypeNode.QUERY;
    if (!asked.inParts || !prepared.defers || !maySplit) return execute(asking, ready);
    return runInParts(ready, context, cancellation).then((parts) =>
      parts === null ? execute(asking, ready) : { status: 200, body: '', code: null, parts },
    );
  };

  const execute = ({ context, cancellation }: Asking, ready: Ready): PromiseOrValue<Answered> => {
    const { respond } = steps;
    const answered =
      respond === null
        ? run(ready, context, cancellation)
        : respond(ready, context, (own) => run(ready, context, own === undefined ? cancellation : own));
    return steps.settle === null && !wantsCost(context)
      ? answered
      : andThen(answered, (known) => settle(context, ready, known));
  };

  const settle = (context: RequestContext, { cost, prepared }: Ready, answered: Answered): Answered => {
    const { operation } = prepared.operation;
    if (steps.settle !== null && countsObjects && cost > 100 && operation === OperationTypeNode.QUERY) {
      steps.settle(actualCost(answered.body, cost), context);
    }
    if (!wantsCost(context)) return answered;
    // What is told to one who asks is not what others may be given for it.
    if (steps.respond !== null) context.responseHeaders['cache-control'] = 'no-store';
    delete context.responseHeaders['etag'];
    return withCost(answered, cost, maxCost);
  };

  const failed = ({ context, cancellation }: Asking, error: unknown): Answered => {
    if (cancellation?.cancelled) {
      // Nobody reads it; the access log has the number that nginx made known for this.
      context.observed.outcome = 'CLIENT_GONE';
      return { status: 499, body: '', code: 'CLIENT_GONE' };
    }
    return refused(context, 500, [formatError({ message: 'The request failed.' }, error)]);
  };

  return (asked, context, cancellation, onlyQueries = false) => {
    const asking: Asking = { asked, context, cancellation, onlyQueries };
    try {
      context.observed.operationName = asked.operationName ?? null;
      const answered = andThen(find(asking), (request) => check(asking, request));
      return answered instanceof Promise ? answered.catch((error: unknown) => failed(asking, error)) : answered;
    } catch (error) {
      return failed(asking, error);
    }
  };
};

const noSubscriptions = new DomainError(
  'BAD_REQUEST',
  'Subscriptions are served over WebSocket (graphql-transport-ws).',
);

/** Where nothing is persisted. */
const withDocument = ({ query, variables, operationName, extensions }: ClientRequest): GraphQLRequest | DomainError => {
  if (query !== null) return { query, variables, operationName };
  return extensions?.['persistedQuery'] === undefined
    ? new DomainError('BAD_REQUEST', 'The request has no query.')
    : new DomainError('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported');
};
