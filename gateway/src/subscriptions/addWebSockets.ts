import { DomainError } from '@supergraph/errors';
import { refuseUpgrade, serveGraphqlWs, type Connection, type Logger, type Metrics } from '@supergraph/service-kit';
import { GraphQLError, OperationTypeNode, type ExecutionArgs, type ExecutionResult } from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Authenticate } from '../authenticate.ts';
import type { Engine } from '../createEngine.ts';
import type { FormatError } from '../formatError.ts';
import type { ClientAddress } from '../http/clientAddress.ts';
import { createCsrf } from '../http/csrf.ts';
import { createRequestContext, logOf, type RequestContext } from '../requestContext.ts';
import type { ConnectionLimit } from './connectionLimit.ts';
import type { Admit } from './createAdmit.ts';
import { coded } from './createDocuments.ts';
import { createSessions } from './createSessions.ts';
import type { Subscriptions } from './createSubscriptions.ts';
import { SubscriptionEnded, openOnSocket } from './openOnSocket.ts';
import { readSubscribeExtensions } from './subscribeExtensions.ts';
import type { SubscriptionsConfig } from './subscriptionsConfig.ts';

export type WebSocketsOptions = Readonly<{
  httpServer: Server;
  engine: () => Engine;
  admit: Admit;
  subscriptions: Subscriptions;
  connections: ConnectionLimit;
  clientAddress: ClientAddress;
  /** Whether pages of another site, with this origin, may connect. */
  isAllowed: (origin: string) => boolean;
  config: SubscriptionsConfig;
  authenticate: Authenticate;
  formatError: FormatError;
  propagate: readonly string[];
  maxMessageBytes: number;
  metrics: Metrics;
  log: Logger;
}>;

/**
 * Serves graphql-transport-ws at /graphql of an HTTP server: subscriptions, and queries and mutations too. graphql-ws
 * speaks the protocol; the events of subscriptions go past it, since their text is made once for everybody.
 *
 * @returns how to end it
 */
export const addWebSockets = (options: WebSocketsOptions): { close: () => Promise<void> } => {
  const { httpServer, engine, admit, subscriptions, config, formatError, propagate, metrics, log } = options;
  const sessions = createSessions(options.authenticate);
  // Browsers make no preflight for a WebSocket, as for a GET.
  const csrf = createCsrf({ allowed: options.isAllowed, preflightForGet: false });
  const isForeign = (request: IncomingMessage) => csrf('GET', request.headers);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: options.maxMessageBytes });

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (request.url?.split('?')[0] !== '/graphql') return refuseUpgrade(socket, '404 Not Found');
    if (isForeign(request) !== null) return refuseUpgrade(socket, '403 Forbidden');
    const release = options.connections.take();
    if (release === null) return refuseUpgrade(socket, '503 Service Unavailable');
    socket.once('close', release);
    sockets.handleUpgrade(request, socket, head, (webSocket) => sockets.emit('connection', webSocket, request));
  };
  httpServer.on('upgrade', onUpgrade);

  const contextOf = ({ socket, request }: Connection): RequestContext => {
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

  const answer = async (payload: SubscribePayload, context: RequestContext): Promise<ExecutionResult> => {
    const startedAt = performance.now();
    const { errors, ...result } = await engine().execute(
      {
        query: payload.query,
        variables: { ...payload.variables },
        ...(payload.operationName != null && { operationName: payload.operationName }),
      },
      context,
    );
    const seconds = (performance.now() - startedAt) / 1000;
    const { operationName: operation, outcome } = context.observed;
    metrics.observeOperation({ operation, outcome, seconds });
    const durationMs = Math.round(seconds * 10_000) / 10;
    logOf(context).info({ principal: context.principal.kind, operation, method: 'WS', outcome, durationMs }, 'request');
    return { ...result, ...(errors && { errors: errors.map(revived) }) };
  };

  const begin = async (
    extra: Connection,
    id: string,
    asked: SubscribePayload,
    running: Readonly<Record<string, unknown>>,
  ): Promise<ExecutionArgs> => {
    const context = contextOf(extra);
    const { query, read } = await admit({ ...requestOf(asked), extensions: asked.extensions ?? null }, context);
    const args = { schema: engine().schema, document: read.document, operationName: asked.operationName ?? null };
    if (read.operation.operation !== OperationTypeNode.SUBSCRIPTION) {
      return { ...args, contextValue: answer({ ...asked, query }, context) };
    }
    if (Object.keys(running).length > config.perConnection) {
      const error = new GraphQLError(`A connection carries ${config.perConnection} operations at once.`);
      throw coded(error, 'SUBSCRIPTION_LIMIT_REACHED');
    }
    const places = readSubscribeExtensions(asked.extensions);
    if (places === undefined) throw new DomainError('BAD_REQUEST', 'extensions.cursor is a text or null.');
    const request = { ...requestOf(asked), query, ...places };
    const beginNow = await subscriptions.prepare(request, context);
    return {
      ...args,
      contextValue: openOnSocket({
        socket: extra.socket,
        stream: extra.request.socket,
        id,
        capacity: config.mailboxEvents,
        open: beginNow,
      }),
    };
  };

  const closeSockets = serveGraphqlWs(
    sockets,
    {
      connectionInitWaitTimeout: 5_000,
      onConnect: ({ extra, connectionParams }) => sessions.open(extra.socket, extra.request, connectionParams),
      onPing: ({ extra }, payload) => sessions.renew(extra.socket, payload),
      onSubscribe: async ({ extra, subscriptions: running }, id, payload) => {
        try {
          return await begin(extra, id, payload, running);
        } catch (error) {
          // Thrown from here it would close the socket with all its other operations.
          return [
            error instanceof GraphQLError ? error : new GraphQLError('Failed.', { originalError: asError(error) }),
          ];
        }
      },
      // What was begun travels as the context.
      execute: ({ contextValue }: ExecutionArgs) => contextValue as Promise<ExecutionResult>,
      subscribe: ({ contextValue }: ExecutionArgs) => contextValue as AsyncIterableIterator<ExecutionResult>,
      onError: (_context, _id, _payload, errors) =>
        errors.flatMap((error) =>
          error.originalError instanceof SubscriptionEnded
            ? error.originalError.errors
            : [formatError(error.toJSON(), error)],
        ),
    },
    { heartbeatMs: config.heartbeatSeconds * 1000, onHeartbeat: (socket) => void sessions.check(socket), log },
  );

  return {
    close: async () => {
      httpServer.off('upgrade', onUpgrade);
      await closeSockets();
    },
  };
};

const requestOf = ({ query, operationName, variables }: SubscribePayload) => ({
  query: query === '' ? null : query,
  operationName: operationName ?? undefined,
  variables: { ...variables },
});

/** Formatted errors as graphql-ws wants them. */
const revived = ({
  message,
  path,
  extensions,
}: Pick<GraphQLError, 'message'> & Partial<Pick<GraphQLError, 'path' | 'extensions'>>): GraphQLError =>
  new GraphQLError(message, { ...(path && { path }), ...(extensions && { extensions }) });

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));
