import cors from '@fastify/cors';
import { DomainError, isDomainError } from '@supergraph/errors';
import { addHealth, type Lifecycle, type Logger, type Metrics } from '@supergraph/service-kit';
import {
  LogController,
  fastify,
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { Authenticate } from './authenticate.ts';
import type { GatewayConfig } from './config.ts';
import type { Engine } from './createEngine.ts';
import { addLive } from './live/addLive.ts';
import { addExplorer } from './explorer/addExplorer.ts';
import { errorBody } from './formatError.ts';
import { addVary } from './http/addVary.ts';
import type { ClientAddress } from './http/clientAddress.ts';
import { compressAnswer } from './http/compress.ts';
import { corsOf, isAllowedOrigin } from './http/cors.ts';
import { createCsrf } from './http/csrf.ts';
import { latencyHeaders } from './http/latencyHeaders.ts';
import { statusOf } from './http/statusOf.ts';
import { addIdentityProxy } from './identity/addIdentityProxy.ts';
import type { HttpStreams } from './subscriptions/createHttpStreams.ts';
import { createRequestContext, requestIdOf, type RequestContext } from './requestContext.ts';
import type { Steps } from './steps.ts';

export type HttpServerOptions = Readonly<{
  config: GatewayConfig;
  engine: () => Engine;
  /** Answers that come one after the other. */
  streams: HttpStreams;
  authenticate: Authenticate;
  clientAddress: ClientAddress;
  steps: Steps;
  metrics: Metrics;
  lifecycle: Lifecycle;
  log: Logger;
}>;

/**
 * What is served over plain HTTP: /graphql, /health/live, /health/ready, and in development the explorer at /.
 *
 * The hooks of /graphql are the first half of a request's path, in Fastify's order; `createAnswer` has the second.
 */
export const createHttpServer = ({
  config,
  engine,
  streams,
  authenticate,
  clientAddress,
  steps,
  metrics,
  lifecycle,
  log,
}: HttpServerOptions): FastifyInstance => {
  const loggerInstance: FastifyBaseLogger = log;
  const app = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    // A logger for each request costs more than naming the request where something is logged.
    childLoggerFactory: (logger) => logger,
    requestIdHeader: false,
    genReqId: (request) => requestIdOf(request.headers),
    bodyLimit: config.limits.bodyBytes,
    // On close: idle connections at once, busy ones after their answer.
    forceCloseConnections: 'idle',
  });
  // JSON is all that is read: what a form of another site can send is refused by its type.
  app.removeContentTypeParser('text/plain');
  // All its words are ours, so none has to be looked for that must be hidden.
  const accessLog = log.child({}, { redact: [] });
  const contexts = new WeakMap<FastifyRequest, RequestContext>();
  const refusals = new WeakMap<FastifyRequest, string>();
  const csrf = createCsrf({
    allowed: (origin) => isAllowedOrigin(config, origin),
    preflightForGet: config.csrf.preflightForGet,
  });

  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  app.register(cors, corsOf(config));
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const known = toDomainError(error);
    if (known.code === 'INTERNAL_SERVER_ERROR') log.error({ err: error, requestId: request.id }, 'unexpected error');
    refusals.set(request, known.code);
    return refuse(reply, known);
  });
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send(errorBody(new DomainError('BAD_REQUEST', 'There is nothing here.'))),
  );

  /** The access log and the metrics, once for each request to /graphql. */
  const observe = (request: FastifyRequest, reply: FastifyReply, status: number): void => {
    const context = contexts.get(request);
    const operation = context?.observed.operationName ?? null;
    const answered = context?.observed.outcome ?? 'ok';
    const outcome =
      status === clientGone
        ? 'CLIENT_GONE'
        : (refusals.get(request) ?? (answered === 'ok' && status >= 400 ? 'BAD_REQUEST' : answered));
    metrics.observeOperation({ operation, outcome, seconds: reply.elapsedTime / 1000 });
    accessLog.info(
      {
        requestId: request.id,
        principal: context?.principal.kind ?? null,
        operation,
        method: request.method,
        status,
        outcome,
        durationMs: Math.round(reply.elapsedTime * 10) / 10,
        upstreamMs: Math.round((context?.upstream.waitedMs ?? 0) * 10) / 10,
      },
      'request',
    );
  };

  /** A socket's event: nobody would catch what it throws. */
  const note: typeof observe = (request, reply, status) => {
    try {
      observe(request, reply, status);
    } catch (error) {
      request.log.error({ err: error }, 'a request could not be noted');
    }
  };

  addHealth(app, { checks: {}, closing: lifecycle.closing, log });
  if (config.explorer) addExplorer(app, () => engine().schema, { signIn: config.identityUrl !== null });
  if (config.explorer && config.identityUrl !== null) addLive(app, () => engine().schema);
  if (config.identityUrl !== null) addIdentityProxy(app, { url: config.identityUrl, clientAddress });

  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    preParsing: async (request, reply) => {
      // Fastify tells of answers that were sent, and says nothing of clients that went before.
      reply.raw.once('close', () => {
        if (!reply.raw.writableFinished) note(request, reply, clientGone);
      });
      // Before the body is read: a request that is refused here costs us no parsing.
      const { headers, id: requestId } = request;
      const forged = csrf(request.method, headers);
      if (forged !== null) throw forged;
      const { principal } = await authenticate(headers.authorization);
      const context = createRequestContext({
        headers,
        principal,
        clientAddress: clientAddress(request.raw),
        propagate: config.headers.propagate,
        log,
        requestId,
      });
      contexts.set(request, context);
      const refusal = steps.admit?.(context) ?? null;
      if (refusal !== null) throw refusal;
    },
    handler: (request, reply) =>
      (streams.wants(request) ? streams : engine()).handle(request, reply, contextOf(contexts, request)),
    onSend: (request, reply, payload, done) => {
      const context = contexts.get(request);
      if (context !== undefined) {
        const { vary, ...headers } = context.responseHeaders;
        reply.headers(headers).headers(latencyHeaders(reply.elapsedTime, context.upstream));
        if (vary !== undefined) addVary(reply, vary);
      }
      compressAnswer(request, reply, payload, config.compression, done);
    },
    onResponse: (request, reply, done) => {
      note(request, reply, reply.statusCode);
      done();
    },
  });
  return app;
};

/** As nginx has it; nobody is ever sent this status. */
const clientGone = 499;

const contextOf = (contexts: WeakMap<FastifyRequest, RequestContext>, request: FastifyRequest): RequestContext => {
  const context = contexts.get(request);
  if (context === undefined) throw new Error('The request has no context.');
  return context;
};

const refuse = (reply: FastifyReply, error: DomainError) => {
  if (error.code.startsWith('TOKEN_')) {
    // RFC 6750, section 3.1
    reply.header('www-authenticate', `Bearer error="invalid_token", error_description="${error.message}"`);
  }
  return reply.code(statusOf(error)).send(errorBody(error));
};

/** Fastify's own refusals come before GraphQL is involved; they are given our codes, by their status. */
const toDomainError = (error: FastifyError): DomainError => {
  if (isDomainError(error)) return error;
  if (error.statusCode === 413) return new DomainError('REQUEST_TOO_LARGE', 'The request body is too large.');
  if (error.statusCode === 415) return new DomainError('UNSUPPORTED_MEDIA_TYPE', 'Send application/json.');
  if (error.statusCode === 400) return new DomainError('MALFORMED_JSON', 'The request body is not valid JSON.');
  return new DomainError('INTERNAL_SERVER_ERROR', 'Something went wrong on our side.');
};
