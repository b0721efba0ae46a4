import type { Principal } from '@supergraph/auth';
import { isDomainError } from '@supergraph/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { checkCost } from '../cost/tellCost.ts';
import type { FormatError } from '../formatError.ts';
import type { RequestContext } from '../requestContext.ts';
import type { GraphQLAnswer } from '../upstream/graphqlAnswer.ts';
import { asBadInput } from './asBadInput.ts';
import type { CompiledOperation } from './compile/compileOperation.ts';
import type { Variables } from './compile/compileVariables.ts';
import type { Operations } from './createOperations.ts';
import type { RenderedEvent, RenderEvents } from './execute/renderEvents.ts';
import type { GraphQLRequest } from './graphqlRequest.ts';

/** Where to subscribe, and how events become the client's results. */
export type SubscriptionPlan = Readonly<{
  subgraph: string;
  url: string;
  query: string;
  operationName: string | undefined;
  /** Those that the subgraph needs. */
  variables: Variables;
  /**
   * Runs the rest of the plan for events that came together, and writes the client's results. One for each event, in
   * their order. Never rejects: what fails of ours is told in the results.
   */
  render: (events: readonly GraphQLAnswer[], context: RequestContext) => Promise<readonly Partial<RenderedEvent>[]>;
}>;

/**
 * Does for a subscription what is done before an operation is executed, and plans it. A subscription of which something
 * is forbidden is refused as a whole: it would be forbidden in each of its events.
 *
 * @returns rejected with a GraphQLError when it does not fit the schema, is too large or too expensive, selects what the
 * principal may not read, or asks for nothing
 */
export type Subscribe = (request: GraphQLRequest, principal: Principal) => Promise<SubscriptionPlan>;

export type SubscribeOptions = Readonly<{
  operations: Operations;
  maxCost: number;
  urlOf: (subgraph: string) => URL | undefined;
  render: RenderEvents;
  formatError: FormatError;
}>;

export const createSubscribe = (options: SubscribeOptions): Subscribe => {
  const { operations, maxCost, urlOf, formatError } = options;

  const refusedBy = (error: GraphQLError): GraphQLError => refused(formatError(error.toJSON(), error));

  return async ({ query, variables, operationName }, principal) => {
    const prepared = operations.prepare(query, operationName);
    if ('errors' in prepared) throw refusedBy(prepared.errors[0] ?? new GraphQLError('The document is invalid.'));
    const coerced = prepared.coerce(variables);
    if ('errors' in coerced) {
      throw refusedBy(asBadInput(coerced.errors[0] ?? new GraphQLError('The variables are invalid.')));
    }
    const { values } = coerced;
    const cost = checkCost(prepared.cost(values), maxCost);
    if (isDomainError(cost)) throw refused(formatError({ message: cost.message }, cost));
    const access = prepared.access?.(principal) ?? null;
    const [forbidden] = access?.errors ?? [];
    if (forbidden !== undefined) throw refused(forbidden);

    const operation = await prepared.compiled(values, access);
    const { subscribe } = operation;
    if (subscribe === null) {
      throw new GraphQLError('The subscription selects nothing to subscribe to.', {
        extensions: { code: 'BAD_REQUEST' },
      });
    }
    const { subgraph, text, operationName: nameThere, variables: names } = subscribe.request;
    return {
      subgraph,
      url: urlOf(subgraph)?.href ?? '',
      query: text,
      operationName: nameThere,
      variables: Object.fromEntries(names.filter((name) => name in values).map((name) => [name, values[name]])),
      render: createRender(options, operation, values),
    };
  };
};

const createRender =
  (
    { render, formatError }: SubscribeOptions,
    operation: CompiledOperation,
    variables: Variables,
  ): SubscriptionPlan['render'] =>
  async (events, context) => {
    try {
      return await render(operation, variables, context, events);
    } catch (error) {
      const told = { errors: [formatError({ message: 'The event failed.' }, error)] };
      return events.map(() => told);
    }
  };

const refused = ({ message, extensions }: GraphQLFormattedError): GraphQLError =>
  new GraphQLError(message, { extensions: { ...extensions } });
