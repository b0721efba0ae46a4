import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import { ApolloServer, type ApolloServerPlugin, type GraphQLRequest as ApolloRequest } from '@apollo/server';
import {
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { Logger } from '@supergraph/service-kit';
import { GraphQLError, getOperationAST, type FormattedExecutionResult, type GraphQLSchema } from 'graphql';
import { createApolloHandle } from './createApolloHandle.ts';
import type { Handle } from './engine/createHandle.ts';
import type { OperationInUse } from './engine/createOperations.ts';
import type { Subscribe } from './engine/createSubscribe.ts';
import type { FormatError } from './formatError.ts';
import { checkLimits } from './limits/checkLimits.ts';
import type { LimitsConfig } from './limits/limitsConfig.ts';
import type { RequestContext } from './requestContext.ts';

/** One supergraph being served. It never changes: another supergraph is another engine. */
export type Engine = Readonly<{
  supergraphSdl: string;
  /** What clients see. */
  schema: GraphQLSchema;
  /** Answers queries and mutations over HTTP. */
  handle: Handle;
  execute: (request: ApolloRequest, context: RequestContext) => Promise<FormattedExecutionResult>;
  subscribe: Subscribe;
  /** Makes ready what the engine before it was asked for most, before this one is asked. */
  warm: (previous: Engine) => Promise<void>;
  /** Makes ready what will be asked for. */
  prepare: (operations: readonly OperationInUse[]) => Promise<void>;
  operationsInUse: () => readonly OperationInUse[];
  stop: () => Promise<void>;
}>;

export type EngineOptions = Readonly<{
  supergraphSdl: string;
  introspection: boolean;
  limits: LimitsConfig;
  /** Makes the HTTP source of a subgraph. */
  sourceOf: (name: string, url: string) => GraphQLDataSource;
  /** Replaces the routing url of the supergraph, or returns it. */
  routingUrl: (name: string, url: string) => string;
  formatError: FormatError;
  log: Logger;
}>;

/** What `@apollo/gateway` does of an engine. */
export type ApolloEngine = Pick<Engine, 'schema' | 'handle' | 'execute' | 'stop'>;

/**
 * Loads a supergraph for `@apollo/gateway`.
 *
 * @throws what @apollo/gateway throws for an SDL that is no supergraph or that needs what it does not support
 */
export const createEngine = async ({
  supergraphSdl,
  introspection,
  limits,
  sourceOf,
  routingUrl,
  formatError,
  log,
}: EngineOptions): Promise<ApolloEngine> => {
  let schema: GraphQLSchema | undefined;

  const gateway = new ApolloGateway({
    supergraphSdl,
    logger: log,
    buildService: ({ name, url = '' }) => sourceOf(name, routingUrl(name, url)),
  });
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => {
    schema = apiSchema;
  });

  const server = new ApolloServer<RequestContext>({
    gateway,
    introspection,
    hideSchemaDetailsFromClientErrors: !introspection,
    logger: log,
    formatError,
    includeStacktraceInErrorResponses: false,
    // `http/csrf.ts` looks before the body is read.
    csrfPrevention: false,
    parseOptions: { maxTokens: limits.tokens },
    // The lifecycle ends the process; a second listener would race with it.
    stopOnTerminationSignals: false,
    plugins: [
      observe(limits),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
    ],
  });
  await server.start();
  if (schema === undefined) throw new Error('The gateway loaded no schema.');

  return {
    schema,
    handle: createApolloHandle(server),
    execute: async (request, contextValue) => {
      const { body } = await server.executeOperation(request, { contextValue });
      if (body.kind !== 'single') throw new Error('Incremental delivery was not asked for.');
      return body.singleResult;
    },
    stop: () => server.stop(),
  };
};

/** Notes what the access log and the metrics say, and keeps subscriptions off plain HTTP. */
const observe = (limits: LimitsConfig): ApolloServerPlugin<RequestContext> => ({
  requestDidStart: async () => ({
    didResolveOperation: async ({ contextValue, operationName, document, request }) => {
      contextValue.observed.operationName = operationName;
      const [tooLarge] = checkLimits(document, limits);
      if (tooLarge !== undefined) throw withStatus(tooLarge, 400);
      const operation = getOperationAST(document, request.operationName);
      if (!operation) {
        // @apollo/gateway would name its own code for it.
        throw new GraphQLError('The document has no such operation, or several and no operationName chooses one.', {
          extensions: { code: 'OPERATION_RESOLUTION_FAILURE', http: { status: 400 } },
        });
      }
      if (operation.operation === 'subscription') {
        throw new GraphQLError('Subscriptions are served over WebSocket (graphql-transport-ws).', {
          extensions: { code: 'BAD_REQUEST', http: { status: 400 } },
        });
      }
    },
    willSendResponse: async ({ contextValue, response }) => {
      const code =
        response.body.kind === 'single' ? response.body.singleResult.errors?.[0]?.extensions?.['code'] : undefined;
      if (code !== undefined) contextValue.observed.outcome = String(code);
    },
  }),
});

const withStatus = ({ message, extensions }: GraphQLError, status: number): GraphQLError =>
  new GraphQLError(message, { extensions: { ...extensions, http: { status } } });
