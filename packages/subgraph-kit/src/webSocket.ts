import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ViewerVerifier } from '@supergraph/auth';
import { DomainError } from '@supergraph/errors';
import { refuseUpgrade, serveGraphqlWs, type Logger, type Metrics } from '@supergraph/service-kit';
import { NoSchemaIntrospectionCustomRule, execute, specifiedRules } from 'graphql';
import type { ExecutionArgs, GraphQLError, GraphQLSchema } from 'graphql';
import { WebSocketServer } from 'ws';
import { z } from 'zod';
import type { ErrorReporter } from './createErrorReporter.ts';
import { subscribeWithFreshContext } from './freshContextSubscribe.ts';
import { outcomeOf } from './outcomeOf.ts';
import { InvalidOperation, parseAndValidate } from './parseAndValidate.ts';
import { rootFieldOf } from './rootFieldOf.ts';
import { createRequestScope } from './requestScope.ts';
import type { RequestScope } from './requestScope.ts';
import { toGraphQLError } from './toGraphQLError.ts';

export type WebSocketOptions<Context> = Readonly<{
  server: Server;
  schema: GraphQLSchema;
  viewers: ViewerVerifier;
  context: (scope: RequestScope) => Context;
  log: Logger;
  metrics: Metrics;
  report: ErrorReporter;
  introspection: boolean;
}>;

/** Largest message we accept, in bytes; the same as for an HTTP body. */
const maxPayload = 1024 * 1024;

/** Time between pings, in milliseconds; a peer that misses two is cut off. */
const pingInterval = 12_000;

/** What rides along with a subscribe: the connection is shared by many viewers, so each one brings its own. */
const extensionsSchema = z
  .object({
    viewer: z.string().optional(),
    requestId: z.string().optional(),
    traceparent: z.string().optional(),
    /** Where to go on; null begins now and asks to be told where that is. */
    cursor: z.string().max(1_000).nullish(),
    snapshot: z.boolean().default(false),
  })
  .optional()
  .nullable();

/** What the `execute` and `subscribe` hooks need beside the arguments of graphql-js; it travels as their context. */
type Prepared<Context> = { scope: RequestScope; context: () => Context };

/** Serves GraphQL over WebSocket (graphql-transport-ws) on `/graphql` of an HTTP server. @returns how to end it */
export const serveWebSocket = <Context>(options: WebSocketOptions<Context>): (() => Promise<void>) => {
  const { server, schema, viewers, context, log, metrics, report, introspection } = options;
  const sockets = new WebSocketServer({ noServer: true, maxPayload });
  const rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];

  const present = (errors: readonly unknown[], at: Logger): GraphQLError[] =>
    errors.map((error) => toGraphQLError(error, (cause) => report(cause, at)));

  const prepare = async (payload: {
    query: string;
    operationName?: string | null | undefined;
    variables?: Record<string, unknown> | null | undefined;
    extensions?: Record<string, unknown> | null | undefined;
  }): Promise<ExecutionArgs & { contextValue: Prepared<Context> }> => {
    const extensions = extensionsSchema.safeParse(payload.extensions);
    if (!extensions.success) throw new DomainError('VIEWER_INVALID', 'The extensions of this subscribe do not hold.');
    const { viewer, cursor, snapshot = false, ...origin } = extensions.data ?? {};
    const principal = await viewers.verify(viewer);
    const document = parseAndValidate(schema, payload.query, rules);
    const root = rootFieldOf(schema, document, payload);
    const scope = createRequestScope(principal, origin, log, root && { ...root, cursor, snapshot });
    return {
      schema,
      document,
      operationName: payload.operationName ?? null,
      variableValues: payload.variables ?? null,
      contextValue: { scope, context: () => context({ ...scope }) },
    };
  };

  const close = serveGraphqlWs(
    sockets,
    {
      onSubscribe: async (_connection, _id, payload) => {
        try {
          return await prepare(payload);
        } catch (error) {
          return present(error instanceof InvalidOperation ? error.errors : [error], log);
        }
      },
      subscribe: (args) => {
        const { context: fresh, scope } = preparedOf<Context>(args);
        return subscribeWithFreshContext({ ...args, contextValue: fresh() }, fresh, scope.request?.cursor ?? null);
      },
      execute: (args) => execute({ ...args, contextValue: preparedOf<Context>(args).context() }),
      onNext: (_connection, _id, payload, args, result) => {
        const { scope } = preparedOf<Context>(args);
        const { data, extensions } = result;
        const errors = result.errors && present(result.errors, scope.log);
        metrics.observeOperation({
          operation: payload.operationName ?? null,
          outcome: outcomeOf(errors),
          seconds: null,
        });
        return {
          ...(data !== undefined && { data }),
          ...(errors && { errors: errors.map((error) => error.toJSON()) }),
          ...(extensions && { extensions }),
        };
      },
      onError: (_connection, _id, _payload, errors) => present(errors, log).map((error) => error.toJSON()),
    },
    { heartbeatMs: pingInterval, log },
  );

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // Not `new URL`, which throws for `//`: from here that would end the process.
    if (request.url?.split('?')[0] !== '/graphql') return refuseUpgrade(socket, '404 Not Found');
    sockets.handleUpgrade(request, socket, head, (webSocket) => sockets.emit('connection', webSocket, request));
  };
  server.on('upgrade', upgrade);

  return async () => {
    server.off('upgrade', upgrade);
    await close();
  };
};

const preparedOf = <Context>(args: ExecutionArgs): Prepared<Context> => args.contextValue as Prepared<Context>;
