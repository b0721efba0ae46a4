import { isDomainError, type DomainError } from '@supergraph/errors';
import type { Logger, Metrics } from '@supergraph/service-kit';
import {
  GraphQLError,
  getOperationAST,
  parse,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
} from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { useServer, type Extra } from 'graphql-ws/use/ws';
import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { WebSocketServer } from 'ws';
import type { Authenticate } from '../authenticate.ts';
import type { Engine } from '../createEngine.ts';
import type { FormatError } from '../formatError.ts';
import type { ClientAddress } from '../http/clientAddress.ts';
import { createRequestContext, type RequestContext } from '../requestContext.ts';
import type { Steps } from '../steps.ts';
import { createSessions } from './createSessions.ts';
import type { Subscriptions } from './createSubscribe.ts';
import { mapStream, type EventStream } from './mailbox.ts';

export type SubscriptionServerOptions = Readonly<{
  httpServer: Server;
  engine: () => Engine;
  subscriptions: Subscriptions;
  authenticate: Authenticate;
  clientAddress: ClientAddress;
  steps: Pick<Steps, 'resolve' | 'chargeSubscription'>;
  formatError: FormatError;
  propagate: readonly string[];
  maxMessageBytes: number;
  metrics: Metrics;
  log: Logger;
}>;

type Running = EventStream<ExecutionResult> | Promise<ExecutionResult>;

/**
 * Serves graphql-transport-ws at /graphql of an HTTP server: subscriptions, and queries and mutations too.
 * Returns how to end it.
 */
export const addSubscriptions = (options: SubscriptionServerOptions): { close: () => Promise<void> } => {
  const { httpServer, engine, subscriptions, formatError, propagate, steps, metrics, log } = options;
  const sessions = createSessions(options.authenticate);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: options.maxMessageBytes });
  /** What was begun in `onSubscribe`, by its document, which every subscribe parses anew. */
  const begun = new WeakMap<DocumentNode, Running>();

  httpServer.on('upgrade', (request, socket, head) => {
    if (request.url?.split('?')[0] !== '/graphql') {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => sockets.emit('connection', webSocket, request));
  });

  const contextOf = ({ socket, request }: Extra): RequestContext => {
    const principal = sessions.principalOf(socket);
    const requestId = randomUUID();
    return createRequestContext({
      headers: request.headers,
      principal,
      clientAddress: options.clientAddress(request),
      propagate,
      requestId,
      log,
    });
  };

  const subscribe = async (payload: SubscribePayload, document: DocumentNode, context: RequestContext) => {
    const [refusal] = engine().inspect({ query: payload.query, ...requestOf(payload) }, context.principal);
    if (refusal !== undefined) throw revived(refusal);
    const stream = await subscriptions.subscribe(engine(), { document, ...requestOf(payload) }, context);
    return mapStream(stream, async ({ errors, ...result }) => ({
      ...result,
      ...(errors && { errors: errors.map((error) => revived(formatError(error.toJSON(), error))) }),
    }));
  };

  const answer = async (payload: SubscribePayload, context: RequestContext): Promise<ExecutionResult> => {
    const startedAt = performance.now();
    const { errors, ...result } = await engine().execute({ query: payload.query, ...requestOf(payload) }, context);
    const seconds = (performance.now() - startedAt) / 1000;
    const { operationName: operation, outcome } = context.observed;
    metrics.observeOperation({ operation, outcome, seconds });
    const durationMs = Math.round(seconds * 10_000) / 10;
    context.log.info({ principal: context.principal.kind, operation, method: 'WS', outcome, durationMs }, 'request');
    return { ...result, ...(errors && { errors: errors.map(revived) }) };
  };

  const running = ({ document }: ExecutionArgs): Running => {
    const found = begun.get(document);
    if (found === undefined) throw new Error('The operation was not begun.');
    return found;
  };

  const server = useServer(
    {
      onConnect: ({ extra, connectionParams }) => sessions.open(extra.socket, extra.request, connectionParams),
      onSubscribe: async ({ extra }, _id, asked) => {
        try {
          const context = contextOf(extra);
          const payload = { ...asked, query: await documentOf(asked, context, steps) };
          const document = parsed(payload.query);
          const operation = getOperationAST(document, payload.operationName);
          if (!operation) throw coded('The document has no such operation.', 'OPERATION_RESOLUTION_FAILURE');
          const isSubscription = operation.operation === 'subscription';
          if (isSubscription) throwIf(await steps.chargeSubscription?.(context));
          const begin = isSubscription ? await subscribe(payload, document, context) : answer(payload, context);
          begun.set(document, begin);
          return { schema: engine().schema, document, operationName: payload.operationName ?? null };
        } catch (error) {
          // Thrown from here it would close the socket with all its other operations.
          return [
            error instanceof GraphQLError
              ? error
              : new GraphQLError('Unexpected error.', { originalError: asError(error) }),
          ];
        }
      },
      execute: running,
      subscribe: running,
      onError: (_context, _id, _payload, errors) => errors.map((error) => formatError(error.toJSON(), error)),
    },
    sockets,
  );
  return { close: async () => server.dispose() };
};

/** The text of an operation, which may be named by an id or a hash. @throws DomainError for who may not run it */
const documentOf = async (
  { query, variables, operationName, extensions }: SubscribePayload,
  context: RequestContext,
  { resolve }: Pick<Steps, 'resolve'>,
): Promise<string> => {
  if (resolve === null) return query;
  const request = { query: query === '' ? null : query, variables: { ...variables }, extensions: extensions ?? null };
  const found = await resolve({ ...request, operationName: operationName ?? undefined }, context);
  if (isDomainError(found)) throw found;
  return found.query;
};

const throwIf = (error: DomainError | null | undefined): void => {
  if (error != null) throw error;
};

const requestOf = ({ operationName, variables }: SubscribePayload) => ({
  ...(operationName != null && { operationName }),
  variables: { ...variables },
});

/** Formatted errors as graphql-ws wants them. */
const revived = ({
  message,
  path,
  extensions,
}: Pick<GraphQLError, 'message'> & Partial<Pick<GraphQLError, 'path' | 'extensions'>>): GraphQLError =>
  new GraphQLError(message, { ...(path && { path }), ...(extensions && { extensions }) });

const coded = (message: string, code: string): GraphQLError => new GraphQLError(message, { extensions: { code } });

const parsed = (query: string): DocumentNode => {
  try {
    return parse(query);
  } catch (error) {
    throw coded(asError(error).message, 'GRAPHQL_PARSE_FAILED');
  }
};

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));
