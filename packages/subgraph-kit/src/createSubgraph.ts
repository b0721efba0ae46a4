import { ApolloServer } from '@apollo/server';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import { createViewerVerifier, protect, viewerHeader } from '@supergraph/auth';
import type { Permissions, Principal, ViewerVerifier } from '@supergraph/auth';
import { DomainError } from '@supergraph/errors';
import { addHealth, closeServer } from '@supergraph/service-kit';
import type { Checks, Lifecycle, Logger, Metrics } from '@supergraph/service-kit';
import { fastify } from 'fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { parse } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { errorLogPlugin, metricsPlugin, quietPlugins } from './apolloPlugins.ts';
import { introspectionByDefault } from './config.ts';
import { createErrorReporter } from './createErrorReporter.ts';
import { sendHttpError } from './httpErrors.ts';
import { createRequestScope, requestIdOf } from './requestScope.ts';
import type { RequestScope } from './requestScope.ts';
import { toGraphQLError } from './toGraphQLError.ts';
import { serveWebSocket } from './webSocket.ts';

export type SubgraphOptions<Context extends RequestScope> = Readonly<{
  /** The name in `supergraph.yaml`, and the audience of the viewers that are accepted. */
  name: string;
  /** The text of `schema.graphql`. */
  typeDefs: string;
  /** The generated `Resolvers` type; anything that fits it. */
  resolvers: object;
  /** The policy. Every object type of the schema needs an entry; federation's fields are opened by the kit. */
  permissions: Permissions;
  /**
   * Makes what resolvers get: for each request, and for each event of a subscription. Loaders are made here and
   * nowhere else. The result must be a plain, unfrozen object: graphql-shield writes into it.
   */
  context: (scope: RequestScope) => Context;
  /** Ed25519, SPKI PEM. */
  viewerPublicKey: string;
  /** 0 takes a free port. */
  port: number;
  host: string;
  metrics: Metrics;
  /** What this service cannot do without; see `/health/ready`. */
  checks: Checks;
  log: Logger;
  lifecycle: Lifecycle;
  /** A door beside the graph for one of our own services. */
  internal?: InternalDoor;
  /** Whether anyone with a viewer may read the schema; unless told otherwise, everywhere but in production. */
  introspection?: boolean;
}>;

/**
 * Routes below `/internal/`, for one named service and nobody else: its requests carry a viewer that it has signed
 * itself, for this subgraph. The gateway forwards nothing to them.
 */
export type InternalDoor = Readonly<{
  /** The name of the service: issuer of its viewers, and their principal. */
  caller: string;
  /** Ed25519, SPKI PEM: what its viewers are verified with. */
  publicKey: string;
  routes: (app: FastifyInstance) => void;
}>;

const notFound = new DomainError('BAD_REQUEST', 'GraphQL is served by POST on /graphql.');

/** Largest request body, in bytes. */
const bodyLimit = 1024 * 1024;

/** How long a request may take to arrive, in milliseconds. */
const requestTimeout = 30_000;

/**
 * Builds a subgraph and listens: GraphQL by POST and by WebSocket on `/graphql`, health on `/health/live` and
 * `/health/ready`. Whatever a subgraph must not forget is in here: the viewer is verified on every request, the
 * policy denies by default, loaders are fresh, errors are mapped and masked in one place, sizes are limited.
 *
 * It is closed with the lifecycle: not ready at once, then subscriptions are told to go, then requests are finished.
 *
 * @throws Error when schema, resolvers and policy do not fit each other, or the port is taken
 */
export const createSubgraph = async <Context extends RequestScope>(
  options: SubgraphOptions<Context>,
): Promise<{ url: string; schema: GraphQLSchema }> => {
  const { name, typeDefs, resolvers, permissions, context, metrics, checks, log, lifecycle } = options;
  const introspection = options.introspection ?? introspectionByDefault();
  const report = createErrorReporter();
  const viewers = createViewerVerifier({ publicKey: options.viewerPublicKey, subgraph: name });
  const verifyInternal = options.internal && createInternalVerify(options.internal, name);

  const schema = protect(
    buildSubgraphSchema([{ typeDefs: parse(typeDefs), resolvers: { ...resolvers } }]),
    permissions,
    { log },
  );
  const apollo = new ApolloServer<Context>({
    schema,
    introspection,
    logger: log,
    persistedQueries: false,
    // Only the gateway calls, and it never acts on a browser's cookies.
    csrfPrevention: false,
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    plugins: [...quietPlugins(), errorLogPlugin(report), metricsPlugin(metrics)],
    formatError: (formatted, error) => {
      const presented = toGraphQLError(error, (cause) => report(cause, log));
      return presented === error ? formatted : presented.toJSON();
    },
  });
  await apollo.start();

  const app = fastify({
    bodyLimit,
    requestTimeout,
    genReqId: (request) => requestIdOf(request.headers['x-request-id']),
  });
  const viewersOfRequests = new WeakMap<FastifyRequest, Principal>();

  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id);
    if (request.url.startsWith('/health/')) return;
    const header = request.headers[viewerHeader];
    const verify = verifyInternal !== undefined && isInternal(request) ? verifyInternal : viewers.verify;
    viewersOfRequests.set(request, await verify(Array.isArray(header) ? header[0] : header));
  });
  app.setErrorHandler((error: FastifyError | DomainError, request, reply: FastifyReply) =>
    sendHttpError(reply, error, log.child({ requestId: request.id }), report),
  );
  app.setNotFoundHandler((request, reply) =>
    sendHttpError(reply, notFound, log.child({ requestId: request.id }), report, 404),
  );
  app.post(
    '/graphql',
    fastifyApolloHandler(apollo, {
      context: (request) => {
        const viewer = viewersOfRequests.get(request);
        if (viewer === undefined) throw new Error('A request came past the viewer check.');
        const { traceparent } = request.headers;
        return Promise.resolve(context(createRequestScope(viewer, { requestId: request.id, traceparent }, log)));
      },
    }),
  );
  options.internal?.routes(app);
  addHealth(app, { checks, closing: lifecycle.closing, log });

  const closeWebSocket = serveWebSocket({
    server: app.server,
    schema,
    viewers,
    context,
    log,
    metrics,
    report,
    introspection,
  });
  const address = await app.listen({ port: options.port, host: options.host });
  lifecycle.onClose(`${name} server`, async () => {
    await closeWebSocket();
    await closeServer(app);
    await apollo.stop();
  });
  log.info({ url: `${address}/graphql` }, 'listening');
  return { url: `${address}/graphql`, schema };
};

/** By the route that was matched, not by the text of the URL, which may spell the same path in several ways. */
const isInternal = ({ routeOptions }: FastifyRequest): boolean => routeOptions.url?.startsWith('/internal/') ?? false;

const createInternalVerify = ({ caller, publicKey }: InternalDoor, subgraph: string): ViewerVerifier['verify'] => {
  const viewers = createViewerVerifier({ publicKey, subgraph, issuer: caller });
  return async (token) => {
    const principal = await viewers.verify(token);
    if (principal.kind === 'service' && principal.id === caller) return principal;
    throw new DomainError('VIEWER_INVALID', 'This door is for another service.');
  };
};
