import { GraphQLError, Kind, parse, type DocumentNode } from 'graphql';
import { createHash } from 'node:crypto';
import type { EntityCache } from '../cache/entities/createEntityCache.ts';
import type { Engine, EngineOptions } from '../createEngine.ts';
import type { Steps } from '../steps.ts';
import type { AuthorizationConfig } from '../authorization/authorizationConfig.ts';
import { compileAccess } from '../authorization/compileAccess.ts';
import { createDecide } from '../authorization/decide.ts';
import { reportUnknownPolicies } from '../authorization/reportUnknownPolicies.ts';
import { readRules } from '../authorization/rules.ts';
import { buildSupergraph } from '../buildSupergraph.ts';
import { compileCost, type CostOptions } from '../cost/compileCost.ts';
import { readWeights } from '../cost/readWeights.ts';
import type { LimitsConfig } from '../limits/limitsConfig.ts';
import { createAnswer, type Answer } from './createAnswer.ts';
import { createDrain } from './createDrain.ts';
import { createHandle } from './createHandle.ts';
import { createTypeNames } from './compile/typeNames.ts';
import { createOperations, type OperationInUse } from './createOperations.ts';
import { createRun } from './createRun.ts';
import { createRunInParts } from './createRunInParts.ts';
import { createSubscribe } from './createSubscribe.ts';
import { createDeliver } from './execute/deliver.ts';
import { createExecute } from './execute/execute.ts';
import { createRenderEvents } from './execute/renderEvents.ts';
import type { ExecuteOptions } from './execute/run.ts';
import { createRequestSharing } from './execute/createRequestSharing.ts';
import { createSharing } from './execute/createSharing.ts';
import type { Answered } from './graphqlRequest.ts';
import { createCacheCompiler } from '../cache/createCacheCompiler.ts';
import type { Transport } from './execute/transport.ts';
import type { HeadersOf } from '../upstream/createUpstreamHeaders.ts';
import { createGuard } from './upstream/guard.ts';
import type { Wrapper } from './upstream/send.ts';
import { createPlanner } from './planner/createPlanner.ts';

/** What an engine has to know of the cache; null when there is none. */
export type EngineCache = Readonly<{
  /** Whether there is a viewer to put into the key of what is PRIVATE. */
  viewersAreKnown: boolean;
  /** Calls when anything was invalidated, until the function returned is called. */
  onNews: (listener: () => void) => () => void;
  /** Null: no entity is kept, only whole answers. */
  entities: EntityCache | null;
}>;

export type CompiledEngineOptions = Omit<EngineOptions, 'sourceOf'> &
  Readonly<{
    headersOf: HeadersOf;
    /** Kept across engines, so that a changed supergraph does not cost the connections. */
    transport: Transport;
    /** Whether what is identical and in flight at the same time is done once: queries to subgraphs, whole requests. */
    share: Readonly<{ fetches: boolean; requests: boolean }>;
    /** What stands between the engine and the wire: retries, circuit breaker and so on. */
    upstream: Wrapper;
    /** What features of the edge do in the path of a request. */
    steps: Steps;
    limits: LimitsConfig;
    /** How `@policy` is decided. */
    authorization: AuthorizationConfig;
    cost: Omit<CostOptions, 'schema' | 'weights'>;
    cache: EngineCache | null;
    /** Draws for progressive overrides, from 0 up to 1. */
    random?: () => number;
  }>;

/**
 * Loads a supergraph for the engine that compiles operations. Its answers are those of the engine that wraps
 * `@apollo/gateway`, made with a fraction of the work: see docs/adr/0018-compiled-engine.md.
 *
 * @throws for an SDL that is no supergraph, and for one with a feature that the planner would drop
 */
export const createCompiledEngine = async (options: CompiledEngineOptions): Promise<Engine> => {
  const { supergraphSdl, introspection, formatError, routingUrl } = options;
  const document = parse(supergraphSdl, { noLocation: true });
  // Refuses features that are neither executed nor enforced.
  const supergraph = buildSupergraph(supergraphSdl);
  const schema = supergraph.apiSchema().toGraphQLJSSchema({ includeDefer: true });
  const planner = createPlanner(supergraphSdl, schema, options.log, options.limits.planningSeconds);
  const types = createTypeNames(document);
  const weights = readWeights(document);
  const rules = readRules(document);
  reportUnknownPolicies(rules, options.authorization, options.log);
  const decide = createDecide(options.authorization, Date.now);
  const cache = options.cache && createCacheCompiler(document, supergraphSdl, schema, options.cache.viewersAreKnown);
  const urls = new Map(subgraphsOf(document).map(({ name, url }) => [name, new URL(routingUrl(name, url))] as const));
  const send = createGuard(options.log)(options.upstream(options.transport.send));
  const release = options.transport.open(urls);
  const drain = createDrain();
  const sharedFetches = options.share.fetches ? createSharing(send) : null;
  const sharing = options.share.requests ? createRequestSharing<Answered>() : null;
  const execution: ExecuteOptions = {
    types,
    urlOf: (subgraph) => urls.get(subgraph),
    headersOf: options.headersOf,
    send,
    share: sharedFetches,
    entities: options.cache?.entities ?? null,
    formatError,
  };
  /** Who comes from now on takes nothing that was begun before. */
  const forget = (): void => {
    sharing?.forget();
    sharedFetches?.forget();
  };
  const unfollow = options.cache?.onNews(forget);
  const operations = createOperations({
    schema,
    types,
    planner,
    introspection,
    cache,
    limits: options.limits,
    ...(options.random && { random: options.random }),
    compileCost: (...operation) => compileCost({ schema, weights, ...options.cost }, ...operation),
    compileAccess:
      rules &&
      ((...operation) => compileAccess({ schema, rules, decide, config: options.authorization }, ...operation)),
  });
  const runInParts = createRunInParts(createDeliver(execution), forget);
  const answerNow = createAnswer({
    operations,
    run: createRun({ execute: createExecute(execution), sharing, forget, formatError }),
    runInParts: async (...operation) => {
      const parts = await runInParts(...operation);
      return parts && drain.watchAll(parts);
    },
    formatError,
    steps: options.steps,
    maxCost: options.limits.cost,
    countsObjects: weights.weights.size === 0,
  });

  const answer: Answer = (...request) => drain.watch(answerNow(...request));

  const prepare = async (inUse: readonly OperationInUse[]): Promise<void> => {
    if (inUse.length === 0) return;
    const refused = await operations.warm(inUse);
    for (const { operation, reason } of refused) {
      options.log.warn(
        { operation: operation.name, document: hashOf(operation.query), err: reason },
        'an operation does not hold for this supergraph',
      );
    }
    options.log.info({ warmed: inUse.length - refused.length, refused: refused.length }, 'operations are planned');
  };

  const render = createRenderEvents(execution);
  return {
    supergraphSdl,
    schema,
    handle: createHandle(answer, options.limits),
    execute: async ({ query, variables, operationName }, context) => {
      const { body } = await answer({ query: query ?? '', variables: variables ?? {}, operationName }, context, null);
      return JSON.parse(body.toString()) as Awaited<ReturnType<Engine['execute']>>;
    },
    subscribe: createSubscribe({
      operations,
      maxCost: options.limits.cost,
      urlOf: execution.urlOf,
      render: (...events) => drain.watch(render(...events)),
      formatError,
    }),
    operationsInUse: () => operations.inUse(mostWarmed),
    warm: (previous) => prepare(previous.operationsInUse()),
    prepare,
    stop: async () => {
      // Requests that began on this engine finish on it, whatever they still have to fetch.
      await drain.idle();
      unfollow?.();
      await planner.close();
      await release();
    },
  };
};

/** More are planned when they are asked for: a reload must not take minutes. */
const mostWarmed = 200;

/** As in Automatic Persisted Queries, so that an operator can find the document. */
const hashOf = (query: string): string => createHash('sha256').update(query).digest('hex');

/** Names and urls, from the `join__Graph` enum (join specification v0.3, section on `@join__graph`). */
const subgraphsOf = ({ definitions }: DocumentNode): { name: string; url: string }[] => {
  const graphs = definitions.find(
    (definition) => definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === 'join__Graph',
  );
  if (graphs?.kind !== Kind.ENUM_TYPE_DEFINITION) throw new GraphQLError('The supergraph names no subgraphs.');
  return (graphs.values ?? []).flatMap(({ directives }) => {
    const given = directives?.find(({ name }) => name.value === 'join__graph')?.arguments ?? [];
    const text = (key: string) => {
      const value = given.find(({ name }) => name.value === key)?.value;
      return value?.kind === Kind.STRING ? value.value : '';
    };
    return [{ name: text('name'), url: text('url') }];
  });
};
