import { anonymous, canonicalPrincipal, type Principal } from '@supergraph/auth';
import type { Logger, Metrics } from '@supergraph/service-kit';
import { GraphQLError, getVariableValues, type ExecutionResult } from 'graphql';
import type { Engine } from '../createEngine.ts';
import type { FormatError } from '../formatError.ts';
import type { RequestContext } from '../requestContext.ts';
import type { SignViewer } from '../upstream/createUpstreamHeaders.ts';
import { coded, type Documents, type ReadOperation } from './createDocuments.ts';
import { schemaChanged, type FeedPlan, type Listener } from './createFeed.ts';
import { createFeeds } from './createFeeds.ts';
import type { SubscriptionPlan } from './createSubscriptionPlanner.ts';
import {
  createUpstream,
  defaultBackOff,
  inNameOf,
  type Upstream,
  type UpstreamOptions,
  type UpstreamResult,
} from './createUpstream.ts';
import type { Rendered } from './feedEvent.ts';
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

export type Subscriptions = Readonly<{
  /**
   * Begins a subscription. Identical ones share everything up to the text that is sent.
   *
   * @returns how to leave; the listener is told nothing after that
   * @throws GraphQLError when the operation is invalid, cannot be planned, or is one too many; all else is told to the
   * listener
   */
  open: (request: SubscriptionRequest, context: RequestContext, listener: Listener) => Leave;
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
  read: ReadOperation;
  query: string;
  operationName: string | undefined;
  variables: Record<string, unknown>;
  context: RequestContext;
  plan: SubscriptionPlan;
  url: string;
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

  const rendered = (outcome: ExecutionResult | Error): Rendered => {
    if (outcome instanceof Error) return { errors: [formatError({ message: 'The event failed.' }, outcome)] };
    const { data, errors } = outcome;
    return {
      ...(data !== undefined && { data }),
      ...(errors && { errors: errors.map((error) => formatError(error.toJSON(), error)) }),
    };
  };

  const planOf = ({ variables, context, plan, url }: Shared): FeedPlan => ({
    connect: ({ cursor, snapshot }, sink) => {
      let leave = (): void => {};
      let left = false;
      const begin = async (): Promise<void> => {
        const viewer = await signViewer(context.principal, plan.subgraph);
        if (left) return;
        const extensions = {
          ...{ requestId: context.requestId, ...context.trace },
          ...(viewer !== undefined && { viewer }),
          ...{ cursor, ...(snapshot && { snapshot }) },
        };
        const payload = {
          query: plan.query,
          operationName: plan.operationName,
          variables: pick(variables, plan.variableNames),
          extensions,
        };
        const next = (result: UpstreamResult): void => sink.next(named(plan.subgraph, result));
        leave = upstreamOf(plan.subgraph, url).subscribe(payload, { ...sink, next });
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
      const outcomes = await plan.render(events, variables, context);
      let next = 0;
      return results.map(({ live }) => (live ? {} : rendered(outcomes[next++] ?? new Error('An event was lost.'))));
    },
  });

  const feeds = createFeeds<Shared>({
    planOf,
    remember: config.rememberedEvents,
    queueCapacity: config.mailboxEvents,
    resumeForMs: config.resumeSeconds * 1000,
    backOff: upstreamOptions.backOff ?? defaultBackOff,
    now: Date.now,
  });

  /** @throws GraphQLError when the operation does not fit the supergraph that is served, or not this principal */
  const prepare = (
    { read, query, operationName, variables }: Pick<Shared, 'read' | 'query' | 'operationName' | 'variables'>,
    principal: Principal,
  ): Pick<Shared, 'plan' | 'url'> => {
    const serving = engine();
    const [refusal] = serving.inspect({ query, operationName, variables }, principal);
    if (refusal !== undefined) throw new GraphQLError(refusal.message, { extensions: { ...refusal.extensions } });
    const plan = read.planFor(serving);
    const [bad] = getVariableValues(serving.schema, read.operation.variableDefinitions ?? [], variables).errors ?? [];
    if (bad !== undefined) throw coded(bad, 'BAD_USER_INPUT');
    return { plan, url: serving.urlOf(plan.subgraph) ?? '' };
  };

  return {
    open: ({ query, operationName, variables, cursor, snapshot }, asking, given) => {
      const read = documents.read(query, operationName);
      const asked = { read, query, operationName, variables };
      const prepared = prepare(asked, asking.principal);
      const shared = config.viewerIndependent.includes(read.rootField);
      const context = shared ? { ...asking, principal: anonymous, propagated: {} } : asking;
      const release = ofPrincipals.take(asking.principal);

      const about = {
        principal: asking.principal.kind,
        operation: read.operation.name?.value ?? null,
        subgraph: prepared.plan.subgraph,
      };
      let over = false;
      const finish = (reason: string | null): void => {
        over = true;
        release();
        running.dec();
        atSubgraphs.set(feeds.count());
        asking.log.info({ ...about, ...(reason !== null && { reason }) }, 'subscription ended');
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
      asking.log.info({ ...about, ...(cursor != null && { resumed: true }) }, 'subscribed');
      const key = keyOf(query, operationName, variables, context);
      const start = { cursor: cursor ?? null, snapshot };
      const leave = feeds.join(key, start, listener, () => ({ ...asked, context, ...prepared }));
      atSubgraphs.set(feeds.count());
      return (reason) => {
        if (over) return;
        leave();
        finish(reason ?? null);
      };
    },
    reload: () => {
      for (const { shared, feeds: same } of [...feeds.groups()]) {
        const before = { ...shared };
        try {
          Object.assign(shared, prepare(shared, shared.context.principal));
        } catch {
          for (const feed of same) feed.end([schemaChanged]);
          continue;
        }
        const reconnect = shared.url !== before.url || shared.plan.query !== before.plan.query;
        for (const feed of same) feed.replan(planOf(shared), reconnect);
      }
    },
    close: async () => {
      await Promise.all([...upstreams.values()].map((upstream) => upstream.close()));
    },
  };
};

/** What makes two subscriptions the same: the operation, and everything of the viewer that a subgraph may see. */
const keyOf = (
  query: string,
  operationName: string | undefined,
  variables: Record<string, unknown>,
  { principal, propagated }: RequestContext,
): string =>
  JSON.stringify([
    query,
    operationName ?? null,
    Object.entries(variables).sort(([a], [b]) => (a < b ? -1 : 1)),
    canonicalPrincipal(principal),
    propagated,
  ]);

const pick = (variables: Record<string, unknown>, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(names.filter((name) => name in variables).map((name) => [name, variables[name]]));

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
