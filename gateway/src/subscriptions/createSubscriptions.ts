import { anonymous, canonicalPrincipal, type Principal } from '@supergraph/auth';
import type { Logger, Metrics } from '@supergraph/service-kit';
import { GraphQLError } from 'graphql';
import type { Engine } from '../createEngine.ts';
import type { SubscriptionPlan } from '../engine/createSubscribe.ts';
import type { GraphQLRequest } from '../engine/graphqlRequest.ts';
import type { FormatError } from '../formatError.ts';
import { logOf, traceOf, type RequestContext } from '../requestContext.ts';
import type { SignViewer } from '../upstream/createUpstreamHeaders.ts';
import { createBudget } from './createBudget.ts';
import { coded, type Documents } from './createDocuments.ts';
import { schemaChanged, type FeedPlan, type Listener } from './createFeed.ts';
import { createFeeds, type FeedGroup } from './createFeeds.ts';
import {
  createUpstream,
  defaultBackOff,
  inNameOf,
  type Upstream,
  type UpstreamOptions,
  type UpstreamResult,
} from './createUpstream.ts';
import type { SubscriptionsConfig } from './subscriptionsConfig.ts';

/** A subscription as a client asks for it. */
export type SubscriptionRequest = Readonly<{
  query: string;
  operationName: string | undefined;
  variables: Record<string, unknown>;
  /** Where to go on; null from who can resume and begins now; undefined from who knows no cursors. */
  cursor: string | null | undefined;
  /** Whether to begin with the last event of everything that is followed. */
  snapshot: boolean;
}>;

/** Leaves a subscription, with the code of what made it necessary, for the log. */
export type Leave = (reason?: string) => void;

/**
 * Begins a subscription. Identical ones share everything up to the text that is sent.
 *
 * @returns how to leave; the listener is told nothing after that
 * @throws GraphQLError when it is one too many; all else is told to the listener
 */
export type Begin = (listener: Listener) => Leave;

export type Subscriptions = Readonly<{
  /**
   * Looks at a subscription and plans it.
   *
   * @returns how to begin it; rejected with a GraphQLError when it may not be
   */
  prepare: (request: SubscriptionRequest, context: RequestContext) => Promise<Begin>;
  /** Another supergraph is served: what runs is planned anew, and what no longer fits it is closed. */
  reload: () => void;
  close: () => Promise<void>;
}>;

export type SubscriptionsOptions = Readonly<{
  engine: () => Engine;
  documents: Documents;
  config: SubscriptionsConfig;
  signViewer: SignViewer;
  formatError: FormatError;
  metrics: Metrics;
  log: Logger;
  /** For tests: how often and how soon a connection is tried again. */
  upstreamOptions?: Partial<UpstreamOptions>;
}>;

/** What the feeds of one key have in common. */
type Shared = {
  readonly request: GraphQLRequest;
  /** Who was the first to ask; in `context` there is nobody where it does not matter who asks. */
  readonly principal: Principal;
  readonly context: RequestContext;
  plan: SubscriptionPlan;
};

export const createSubscriptions = (options: SubscriptionsOptions): Subscriptions => {
  const { engine, documents, config, signViewer, formatError, metrics, log, upstreamOptions = {} } = options;
  // By URL, not by engine: a reload of the supergraph must not end subscriptions.
  const upstreams = new Map<string, Upstream>();
  const ofPrincipals = createCounter(config.perPrincipal);
  const running = metrics.gauge('gateway_subscriptions', 'Subscriptions of clients that are open at the moment.');
  const atSubgraphs = metrics.gauge(
    'gateway_subscriptions_upstream',
    'Subscriptions at subgraphs that are open at the moment; identical ones of clients share one.',
  );

  const upstreamOf = (subgraph: string, url: string): Upstream => {
    const known = upstreams.get(url);
    if (known !== undefined) return known;
    const made = createUpstream({ subgraph, url, log, ...upstreamOptions });
    upstreams.set(url, made);
    return made;
  };

  const planOf = ({ context, plan }: Shared): FeedPlan => ({
    connect: ({ cursor, snapshot }, sink) => {
      let leave = (): void => {};
      let left = false;
      const begin = async (): Promise<void> => {
        const viewer = await signViewer(context.principal, plan.subgraph);
        if (left) return;
        const extensions = {
          ...{ requestId: context.requestId, ...traceOf(context) },
          ...(viewer !== undefined && { viewer }),
          ...{ cursor, ...(snapshot && { snapshot }) },
        };
        const payload = {
          query: plan.query,
          operationName: plan.operationName,
          variables: plan.variables,
          extensions,
        };
        const next = (result: UpstreamResult): void => sink.next(named(plan.subgraph, result));
        leave = upstreamOf(plan.subgraph, plan.url).subscribe(payload, { ...sink, next });
      };
      begin().catch((error: unknown) => {
        sink.error([{ extensions: {}, ...formatError({ message: 'The subscription failed.' }, error) }]);
      });
      return () => {
        left = true;
        leave();
      };
    },
    render: async (results) => {
      const events = results.filter(({ live }) => !live).map(({ answer }) => answer);
      const rendered = events.length > 0 ? (await plan.render(events, context)).values() : [].values();
      return results.map(({ live }) => (live ? {} : (rendered.next().value ?? {})));
    },
  });

  const feeds = createFeeds<Shared>({
    planOf,
    remember: config.rememberedEvents,
    memory: createBudget(config.rememberedBytes),
    queueCapacity: config.mailboxEvents,
    resumeForMs: config.resumeSeconds * 1000,
    backOff: upstreamOptions.backOff ?? defaultBackOff,
    now: Date.now,
  });

  const replan = async ({ shared, feeds: same }: FeedGroup<Shared>): Promise<void> => {
    const serving = engine();
    let plan: SubscriptionPlan;
    try {
      plan = await serving.subscribe(shared.request, shared.principal);
    } catch {
      if (engine() === serving) for (const feed of same) feed.end([schemaChanged]);
      return;
    }
    // The next change has its own.
    if (engine() !== serving) return;
    const reconnect = plan.url !== shared.plan.url || plan.query !== shared.plan.query;
    shared.plan = plan;
    for (const feed of same) feed.replan(planOf(shared), reconnect);
  };
  const reload = (): void => {
    for (const group of feeds.groups()) void replan(group);
  };

  return {
    prepare: async ({ query, operationName, variables, cursor, snapshot }, asking) => {
      const { operation, rootField } = documents.read(query, operationName);
      const request = { query, operationName, variables };
      const serving = engine();
      const plan = await serving.subscribe(request, asking.principal);
      const shared = config.viewerIndependent.includes(rootField);
      const context = shared ? { ...asking, principal: anonymous, propagated: {} } : asking;
      const about = {
        principal: asking.principal.kind,
        operation: operation.name?.value ?? null,
        subgraph: plan.subgraph,
      };
      return (given) => {
        const release = ofPrincipals.take(asking.principal);
        let over = false;
        const finish = (reason: string | null): void => {
          over = true;
          release();
          running.dec();
          atSubgraphs.set(feeds.count());
          logOf(asking).info({ ...about, ...(reason !== null && { reason }) }, 'subscription ended');
        };
        const listener: Listener = {
          next: (event) => {
            if (!event.place || cursor !== undefined) given.next(event);
          },
          end: (errors) => {
            const [first] = errors ?? [];
            finish(first === undefined ? null : String(first.extensions?.['code'] ?? first.message));
            given.end(errors);
          },
        };
        running.inc();
        logOf(asking).info({ ...about, ...(cursor != null && { resumed: true }) }, 'subscribed');
        const key = keyOf(request, context);
        const start = { cursor: cursor ?? null, snapshot };
        const leave = feeds.join(key, start, listener, () => ({
          request,
          context,
          plan,
          principal: asking.principal,
        }));
        atSubgraphs.set(feeds.count());
        // The supergraph changed since it was planned.
        if (engine() !== serving) reload();
        return (reason) => {
          if (over) return;
          leave();
          finish(reason ?? null);
        };
      };
    },
    reload,
    close: async () => {
      await Promise.all([...upstreams.values()].map((upstream) => upstream.close()));
    },
  };
};

/** What makes two subscriptions the same: the operation, and everything of the viewer that a subgraph may see. */
const keyOf = (
  { query, operationName, variables }: GraphQLRequest,
  { principal, propagated }: RequestContext,
): string =>
  JSON.stringify([
    query,
    operationName ?? null,
    Object.entries(variables).sort(([a], [b]) => (a < b ? -1 : 1)),
    canonicalPrincipal(principal),
    propagated,
  ]);

/** The subgraph's errors, with its name. */
const named = (subgraph: string, result: UpstreamResult): UpstreamResult => {
  const { errors } = result.answer;
  if (errors === undefined) return result;
  return { ...result, answer: { ...result.answer, errors: errors.map((error) => inNameOf(subgraph, error)) } };
};

/** Counts subscriptions by who holds them. Nobody in particular is not counted: that would be one limit for all. */
const createCounter = (limit: number) => {
  const counts = new Map<string, number>();
  return {
    /** @returns how to give it back @throws GraphQLError when there are too many */
    take: (principal: Principal): (() => void) => {
      if (principal.kind === 'anonymous') return () => {};
      const key = `${principal.kind} ${principal.id}`;
      const count = counts.get(key) ?? 0;
      if (count >= limit) {
        throw coded(
          new GraphQLError(`You have ${limit} subscriptions open, which is as many as you may.`),
          'SUBSCRIPTION_LIMIT_REACHED',
        );
      }
      counts.set(key, count + 1);
      return () => {
        const left = (counts.get(key) ?? 1) - 1;
        if (left === 0) counts.delete(key);
        else counts.set(key, left);
      };
    },
  };
};
