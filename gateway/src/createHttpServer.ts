import { DomainError, isDomainError } from '@supergraph/errors';
import { addHealth, type Lifecycle, type Logger } from '@supergraph/service-kit';
import {
  LogController,
  fastify,
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
} from 'fastify';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { GatewayConfig } from './config.ts';
import type { Engine } from './createEngine.ts';
import { addLive } from './live/addLive.ts';
import { addExplorer } from './explorer/addExplorer.ts';
import { errorBody } from './formatError.ts';
import type { ClientAddress } from './http/clientAddress.ts';
import { createCors } from './http/cors.ts';
import type { GraphqlEndpoint } from './http/createGraphqlEndpoint.ts';
import { statusOf } from './http/statusOf.ts';
import { addIdentityProxy } from './identity/addIdentityProxy.ts';
import { requestIdOf } from './requestContext.ts';

export type HttpServerOptions = Readonly<{
  config: GatewayConfig;
  engine: () => Engine;
  graphql: GraphqlEndpoint;
  clientAddress: ClientAddress;
  lifecycle: Lifecycle;
  log: Logger;
}>;

/** How long a connection that is not used stays open. */
const keepAliveMs = 72_000;

/** What is served over plain HTTP: /graphql, /health/live, /health/ready, and in development the explorer at /. */
export const createHttpServer = ({
  config,
  engine,
  graphql,
  clientAddress,
  lifecycle,
  log,
}: HttpServerOptions): FastifyInstance => {
  const cors = createCors(config);

  /** What comes before Fastify: what every answer has, preflights, and /graphql itself. */
  const serverFactory = (pages: RequestListener): Server => {
    const server = createServer((request, response) => {
      const requestId = requestIdOf(request.headers);
      const headers = ['x-request-id', requestId, ...cors.headersFor(request.headers.origin)];
      if (cors.answerPreflight(request, response)) return;
      const { url = '' } = request;
      if (url === '/graphql' || url.startsWith('/graphql?')) return graphql(request, response, requestId, headers);
      request.headers['x-request-id'] = requestId;
      for (let nth = 0; nth < headers.length; nth += 2) response.setHeader(headers[nth] ?? '', headers[nth + 1] ?? '');
      response.setHeader('vary', 'Origin');
      pages(request, response);
    });
    server.keepAliveTimeout = keepAliveMs;
    return server;
  };

  const loggerInstance: FastifyBaseLogger = log;
  const app = fastify({
    serverFactory,
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    // A logger for each request costs more than naming the request where something is logged.
    childLoggerFactory: (logger) => logger,
    requestIdHeader: 'x-request-id',
    bodyLimit: config.limits.bodyBytes,
    // On close: idle connections at once, busy ones after their answer.
    forceCloseConnections: 'idle',
  });
  // JSON is all that is read: what a form of another site can send is refused by its type.
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const known = toDomainError(error);
    if (known.code === 'INTERNAL_SERVER_ERROR') log.error({ err: error, requestId: request.id }, 'unexpected error');
    return refuse(reply, known);
  });
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send(errorBody(new DomainError('BAD_REQUEST', 'There is nothing here.'))),
  );

  addHealth(app, { checks: {}, closing: lifecycle.closing, log });
  if (config.explorer) addExplorer(app, () => engine().schema, { signIn: config.identityUrl !== null });
  if (config.explorer && config.identityUrl !== null) addLive(app, () => engine().schema);
  if (config.identityUrl !== null) addIdentityProxy(app, { url: config.identityUrl, clientAddress });
  return app;
};

const refuse = (reply: FastifyReply, error: DomainError) => reply.code(statusOf(error)).send(errorBody(error));

/** Fastify's own refusals are given our codes, by their status. */
const toDomainError = (error: FastifyError): DomainError => {
  if (isDomainError(error)) return error;
  if (error.statusCode === 413) return new DomainError('REQUEST_TOO_LARGE', 'The request body is too large.');
  if (error.statusCode === 415) return new DomainError('UNSUPPORTED_MEDIA_TYPE', 'Send application/json.');
  if (error.statusCode === 400) return new DomainError('MALFORMED_JSON', 'The request body is not valid JSON.');
  return new DomainError('INTERNAL_SERVER_ERROR', 'Something went wrong on our side.');
};
