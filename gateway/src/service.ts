import { createViewerSigner } from '@supergraph/auth';
import {
  closeServer,
  createBufferedOutput,
  createLogger,
  createMetrics,
  createOps,
  type Lifecycle,
  type Logger,
} from '@supergraph/service-kit';
import { Agent } from 'undici';
import { createAuthenticate } from './authenticate.ts';
import { createGatewayCache } from './cache/createGatewayCache.ts';
import { routingUrlKey, type GatewayConfig } from './config.ts';
import { createEngine, type EngineOptions } from './createEngine.ts';
import { createHttpServer } from './createHttpServer.ts';
import { createTransport } from './engine/execute/transport.ts';
import { createResilience } from './engine/upstream/createResilience.ts';
import { createResilienceMetrics } from './engine/upstream/createResilienceMetrics.ts';
import { policyOf } from './engine/upstream/upstreamConfig.ts';
import { createSupergraph } from './createSupergraph.ts';
import { createCompiledEngine } from './engine/createCompiledEngine.ts';
import { createFormatError } from './formatError.ts';
import { createClientAddress } from './http/clientAddress.ts';
import { createSteps } from './createSteps.ts';
import { startPersistedOperations } from './persistedOperations/startPersistedOperations.ts';
import { startRateLimit } from './rateLimit/startRateLimit.ts';
import { createGraphqlEndpoint } from './http/createGraphqlEndpoint.ts';
import { createAccessLog } from './http/createAccessLog.ts';
import { createNoteRequest } from './http/noteRequest.ts';
import { closeUnused } from './http/closeUnused.ts';
import { isAllowedOrigin } from './http/cors.ts';
import { createRevocationFeed } from './identity/createRevocationFeed.ts';
import { addSession } from './session/addSession.ts';
import { createAuthorizationOf } from './session/createAuthorizationOf.ts';
import { createSessionCookie } from './session/sessionCookie.ts';
import { addWebSockets } from './subscriptions/addWebSockets.ts';
import { createAdmit } from './subscriptions/createAdmit.ts';
import { createConnectionLimit } from './subscriptions/connectionLimit.ts';
import { createDocuments } from './subscriptions/createDocuments.ts';
import { createHttpStreams } from './subscriptions/createHttpStreams.ts';
import { createSubscriptions } from './subscriptions/createSubscriptions.ts';
import type { UpstreamOptions } from './subscriptions/createUpstream.ts';
import { createSubgraphSource } from './upstream/createSubgraphSource.ts';
import { createSignViewer, createUpstreamHeaders } from './upstream/createUpstreamHeaders.ts';

export type GatewayParts = Readonly<{
  log?: Logger;
  /** Takes the lines of the access log; standard output unless told otherwise. */
  accessLog?: (line: string) => void;
  /** How subscriptions' connections to subgraphs are tried again. */
  upstreamOptions?: Partial<UpstreamOptions>;
  /** How often the supergraph file is looked at. */
  pollMs?: number;
  /** How long the cache waits for Redis. */
  cacheCommandMs?: number;
}>;

/** Registered operations that are planned before they are asked for; a start must not take minutes. */
const mostPrepared = 400;

/** Starts the gateway and hands its end to the lifecycle. `url` is where it listens, without a path. */
export const startGateway = async (
  config: GatewayConfig,
  lifecycle: Lifecycle,
  {
    log = createLogger({ service: 'gateway', level: config.logLevel }),
    accessLog,
    upstreamOptions = {},
    pollMs = 500,
    cacheCommandMs,
  }: GatewayParts = {},
): Promise<{ url: string }> => {
  const output = accessLog === undefined ? createBufferedOutput() : { write: accessLog, flush: () => {} };
  lifecycle.onClose('access log', output.flush);
  const metrics = createMetrics('gateway');
  const clientAddress = createClientAddress(config.trustedProxies);
  const { redisUrl, databaseUrl, namespace } = config;
  const authenticate = createAuthenticate(
    config.authentication,
    redisUrl === null ? {} : { revocations: createRevocationFeed({ redisUrl, namespace, log, lifecycle }) },
  );
  const formatError = createFormatError(log);
  const signer = config.viewerPrivateKey === null ? null : createViewerSigner({ privateKey: config.viewerPrivateKey });
  const signViewer = createSignViewer(signer);
  const headersOf = createUpstreamHeaders(signer === null ? null : signViewer);

  const dispatcher = new Agent({
    connect: { timeout: config.timeouts.connectSeconds * 1000 },
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  lifecycle.onClose('connections to subgraphs', () => dispatcher.destroy());

  // Kept across reloads of the supergraph: a subgraph that is down stays known.
  const upstream = createResilience({
    config: config.upstream,
    log,
    observe: createResilienceMetrics(metrics),
  });

  const transport = createTransport({
    connection: (subgraph) => policyOf(config.upstream, subgraph).connection,
    connectSeconds: config.timeouts.connectSeconds,
    timeoutSeconds: config.timeouts.readSeconds,
  });
  lifecycle.onClose('connections of the engine', transport.close);

  const cache =
    config.engine === 'compiled' && config.cache.enabled
      ? createGatewayCache({
          config: config.cache,
          redisUrl,
          tagsRedisUrl: config.cacheTagsRedisUrl,
          kafkaBrokers: config.kafkaBrokers,
          namespace,
          propagated: config.headers.propagate,
          commandTimeoutMs: cacheCommandMs,
          metrics,
          log,
          lifecycle,
        })
      : null;
  const rateLimit = startRateLimit({ config: config.rateLimit, redisUrl, namespace, metrics, log, lifecycle });
  const persistedOperations = await startPersistedOperations({
    config: config.persistedOperations,
    ...{ databaseUrl, redisUrl, namespace, metrics, log, lifecycle },
  });
  const steps = createSteps({ config, rateLimit, persistedOperations, cache, log });

  const supergraph = await createSupergraph({
    file: config.supergraphFile,
    createEngine: async (supergraphSdl) => {
      const options: EngineOptions = {
        supergraphSdl,
        introspection: config.introspection,
        limits: config.limits,
        sourceOf: (name, url) =>
          createSubgraphSource({ name, url, dispatcher, timeoutSeconds: config.timeouts.readSeconds, headersOf, log }),
        routingUrl: (name, url) => config.routingUrls[routingUrlKey(name)] ?? url,
        formatError,
        log,
      };
      const compiled = await createCompiledEngine({
        ...options,
        headersOf,
        transport,
        share: config.share,
        upstream,
        steps,
        limits: config.limits,
        cost: config.cost,
        authorization: config.authorization,
        cache: cache && {
          viewersAreKnown: config.authentication !== null || config.headers.propagate.length > 0,
          onNews: cache.onNews,
          entities: cache.entities,
        },
      });
      persistedOperations.report(compiled.schema);
      await compiled.prepare(persistedOperations.expected().slice(0, mostPrepared));
      if (config.engine === 'compiled') return compiled;
      // Subscriptions it does not execute.
      const apollo = await createEngine(options);
      const stop = async () => void (await Promise.all([apollo.stop(), compiled.stop()]));
      return { ...compiled, ...apollo, stop };
    },
    log,
    pollMs,
  });
  lifecycle.onClose('supergraph', supergraph.close);

  const { engine } = supergraph;
  persistedOperations.onPublished((expected) => {
    const preparing = engine().prepare(expected.slice(0, mostPrepared));
    preparing.catch((error: unknown) => log.error({ err: error }, 'what was published could not be planned'));
  });
  const documents = createDocuments(config.limits);
  const admit = createAdmit({ documents, steps });
  const subscriptions = createSubscriptions({
    ...{ engine, documents, signViewer, formatError, metrics, log, upstreamOptions },
    config: config.subscriptions,
  });
  supergraph.onReload(subscriptions.reload);
  lifecycle.onClose('subscriptions to subgraphs', subscriptions.close);

  const held = metrics.gauge('gateway_client_connections', 'WebSockets and event streams of clients that are open.');
  const edge = {
    ...{ engine, admit, subscriptions, authenticate, formatError },
    connections: createConnectionLimit(config.subscriptions.connections, (count) => held.set(count)),
    config: config.subscriptions,
  };
  const isAllowed = (origin: string): boolean => isAllowedOrigin(config, origin);
  const cookie = createSessionCookie(config);
  const authorizationOf = createAuthorizationOf({ cookie, isAllowed });
  const streams = createHttpStreams({ ...edge, authorizationOf });
  const graphql = createGraphqlEndpoint({
    ...{ config, streams, authenticate, authorizationOf, clientAddress, steps, log },
    handle: (...asked) => engine().handle(...asked),
    note: createNoteRequest(metrics, log.isLevelEnabled('info') ? createAccessLog('gateway', output.write) : null, log),
  });
  const app = createHttpServer({ config, engine, graphql, clientAddress, lifecycle, log });
  if (config.authentication !== null) addSession(app, { cookie, authenticate });
  const closeUnusedConnections = closeUnused(app.server);
  const clients = addWebSockets({
    ...edge,
    httpServer: app.server,
    clientAddress,
    isAllowed,
    propagate: config.headers.propagate,
    maxMessageBytes: config.limits.bodyBytes,
    metrics,
    log,
  });
  if (config.metricsPort !== null) {
    await createOps({ port: config.metricsPort, host: config.host, metrics, checks: {}, log, lifecycle });
  }
  const url = await app.listen({ port: config.port, host: config.host });
  lifecycle.onClose('http', async () => {
    // Sockets and streams first: the server's close waits for its connections.
    streams.close();
    await clients.close();
    closeUnusedConnections();
    await closeServer(app);
  });
  log.info({ url, supergraph: config.supergraphFile }, 'the gateway is ready');
  return { url };
};
