import { buildOperationContext, executeQueryPlan, type GraphQLDataSource, type ServiceMap } from '@apollo/gateway';
import { operationFromDocument } from '@apollo/federation-internals';
import { QueryPlanner, type FetchNode, type PlanNode } from '@apollo/query-planner';
import { GraphQLError, print, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { buildSupergraph } from '../buildSupergraph.ts';
import type { RequestContext } from '../requestContext.ts';
import type { GraphQLAnswer } from '../upstream/graphqlAnswer.ts';
import { batchEntities } from './batchEntities.ts';

/** Where to subscribe, and how events become the client's results. */
export type SubscriptionPlan = Readonly<{
  subgraph: string;
  query: string;
  operationName: string | undefined;
  /** The names of the client's variables that the subgraph is sent. */
  variableNames: readonly string[];
  /**
   * Runs the rest of the plan for events that came together: entity fields of other subgraphs, fetched for all of them
   * at once, then the client's selection. One result for each, in their order; an error where we failed. Never rejects.
   */
  render: (
    events: readonly GraphQLAnswer[],
    variables: Record<string, unknown>,
    context: RequestContext,
  ) => Promise<readonly (ExecutionResult | Error)[]>;
}>;

export type SubscriptionPlanner = Readonly<{
  /**
   * @param document valid for the API schema
   * @throws GraphQLError when the operation cannot be planned
   */
  plan: (operation: Readonly<{ document: DocumentNode; operationName?: string }>) => SubscriptionPlan;
}>;

type RequestContextOfPlan = Parameters<typeof executeQueryPlan>[2];

/**
 * Plans subscriptions with Apollo's planner. `@apollo/gateway` refuses to execute the plan of a subscription, but all
 * the parts are public: the planner says what to subscribe to (`primary`) and what else to fetch (`rest`), and
 * `executeQueryPlan` runs any plan. So for each event it is given a plan that begins with a fetch which the event
 * itself answers. See docs/adr/0006-gateway-subscriptions.md.
 *
 * @param sources the subgraphs over HTTP, by name
 */
export const createSubscriptionPlanner = (
  supergraphSdl: string,
  apiSchema: GraphQLSchema,
  sources: Readonly<Record<string, GraphQLDataSource>>,
): SubscriptionPlanner => {
  const supergraph = buildSupergraph(supergraphSdl);
  const supergraphSchema = supergraph.schema.toGraphQLJSSchema();
  const apiSchemaOfPlanner = supergraph.apiSchema();
  const planner = new QueryPlanner(supergraph);

  const plan: SubscriptionPlanner['plan'] = ({ document, operationName }) => {
    const operation = operationFromDocument(apiSchemaOfPlanner, document, {
      ...(operationName !== undefined && { operationName }),
    });
    const { node } = planner.buildQueryPlan(operation);
    if (node?.kind !== 'Subscription') {
      throw new GraphQLError('The subscription selects nothing to subscribe to.', {
        extensions: { code: 'BAD_REQUEST' },
      });
    }
    const { primary, rest } = node;
    const operationContext = buildOperationContext({
      schema: apiSchema,
      operationDocument: document,
      ...(operationName !== undefined && { operationName }),
    });
    const query = print(document);
    const perEvent: PlanNode = rest === undefined ? primary : { kind: 'Sequence', nodes: [primary, rest] };

    const renderOne = (
      event: GraphQLAnswer,
      using: Readonly<Record<string, GraphQLDataSource>>,
      variables: Record<string, unknown>,
      context: RequestContext,
    ): Promise<ExecutionResult> => {
      const requestContext: RequestContextOfPlan = {
        request: { query, variables, ...(operationName !== undefined && { operationName }) },
        context,
        logger: context.log,
        schema: apiSchema,
        document,
        source: query,
        operationName: operationName ?? null,
        operation: operationContext.operation,
        metrics: {},
        ...unread,
      };
      return executeQueryPlan(
        { kind: 'QueryPlan', node: perEvent },
        { ...using, [primary.serviceName]: answerFirst(primary, event, using[primary.serviceName]) },
        requestContext,
        operationContext,
        supergraphSchema,
        apiSchemaOfPlanner,
      );
    };

    return {
      subgraph: primary.serviceName,
      query: primary.operation,
      operationName: primary.operationName,
      variableNames: primary.variableUsages ?? [],
      render: async (events, variables, context) => {
        const using = events.length > 1 ? batched(sources) : sources;
        const settled = await Promise.allSettled(events.map((event) => renderOne(event, using, variables, context)));
        return settled.map((one) => (one.status === 'fulfilled' ? one.value : asError(one.reason)));
      },
    };
  };
  return { plan };
};

const batched = (sources: Readonly<Record<string, GraphQLDataSource>>): Record<string, GraphQLDataSource> =>
  Object.fromEntries(Object.entries(sources).map(([name, source]) => [name, batchEntities(source)]));

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

/** What the type asks for and `executeQueryPlan` does not read. */
const unread: Pick<RequestContextOfPlan, 'schemaHash' | 'queryHash' | 'cache' | 'overallCachePolicy'> = {
  schemaHash: '' as RequestContextOfPlan['schemaHash'],
  queryHash: '',
  cache: { get: async () => undefined, set: async () => {}, delete: async () => false },
  overallCachePolicy: undefined,
};

/** Answers the plan's first fetch with the event; what else the plan wants of that subgraph goes to the subgraph. */
const answerFirst = (
  primary: FetchNode,
  event: GraphQLAnswer,
  source: GraphQLDataSource | undefined,
): ServiceMap[string] => ({
  process: async (options) => {
    if (options.request.query === primary.operation) return event;
    if (source === undefined) throw new Error(`There is no subgraph ${primary.serviceName}.`);
    return source.process(options);
  },
});
