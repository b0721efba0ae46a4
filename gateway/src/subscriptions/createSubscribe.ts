import type { SignViewer } from '../upstream/createUpstreamHeaders.ts';
import type { Logger, Metrics } from '@supergraph/service-kit';
import { GraphQLError, getOperationAST, getVariableValues, validate, type ExecutionResult } from 'graphql';
import type { Engine } from '../createEngine.ts';
import type { RequestContext } from '../requestContext.ts';
import { createUpstream, type Upstream, type UpstreamOptions } from './createUpstream.ts';
import type { SubscriptionOperation } from './createSubscriptionPlanner.ts';
import { mapStream, type EventStream } from './mailbox.ts';

export type Subscriptions = Readonly<{
  /**
   * Subscribes at the subgraph that owns the root field; each event comes with the entity fields of the others.
   *
   * @throws GraphQLError when the operation is invalid; later errors are thrown by the stream
   */
  subscribe: (
    engine: Engine,
    operation: SubscriptionOperation,
    context: RequestContext,
  ) => Promise<EventStream<ExecutionResult>>;
  close: () => Promise<void>;
}>;

/** @param upstreamOptions for tests: how often and how soon a connection is tried again */
export const createSubscribe = ({
  signViewer,
  metrics,
  log,
  upstreamOptions = {},
}: {
  signViewer: SignViewer;
  metrics: Metrics;
  log: Logger;
  upstreamOptions?: Partial<UpstreamOptions>;
}): Subscriptions => {
  // By URL, not by engine: a reload of the supergraph must not end subscriptions.
  const upstreams = new Map<string, Upstream>();
  const running = metrics.gauge('gateway_subscriptions', 'Subscriptions that are open at the moment.');

  const upstreamOf = (subgraph: string, url: string): Upstream => {
    const known = upstreams.get(url);
    if (known !== undefined) return known;
    const made = createUpstream({ subgraph, url, log, ...upstreamOptions });
    upstreams.set(url, made);
    return made;
  };

  return {
    subscribe: async (engine, operation, context) => {
      check(engine, operation);
      const plan = engine.subscriptions().plan(operation);
      const viewer = await signViewer(context.principal, plan.subgraph);
      const variables = Object.fromEntries(
        plan.variableNames
          .filter((name) => name in operation.variables)
          .map((name) => [name, operation.variables[name]]),
      );
      const payload = {
        query: plan.query,
        operationName: plan.operationName,
        variables,
        extensions: { requestId: context.requestId, ...context.trace, ...(viewer !== undefined && { viewer }) },
      };
      const about = {
        principal: context.principal.kind,
        operation: operation.operationName ?? null,
        subgraph: plan.subgraph,
      };
      running.inc();
      context.log.info(about, 'subscribed');
      const events = upstreamOf(plan.subgraph, engine.urlOf(plan.subgraph) ?? '').subscribe(payload, (error) => {
        running.dec();
        context.log.info({ ...about, ...(error && { reason: error.message }) }, 'subscription ended');
      });
      return mapStream(events, (event) => plan.render(event, operation.variables, context));
    },
    close: async () => {
      await Promise.all([...upstreams.values()].map((upstream) => upstream.close()));
    },
  };
};

/** Against what clients see, not the supergraph: its hidden fields stay hidden. */
const check = ({ schema }: Engine, { document, operationName, variables }: SubscriptionOperation): void => {
  const [invalid] = validate(schema, document);
  if (invalid !== undefined) throw coded(invalid, 'GRAPHQL_VALIDATION_FAILED');
  const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? [];
  const [bad] = getVariableValues(schema, definitions, variables).errors ?? [];
  if (bad !== undefined) throw coded(bad, 'BAD_USER_INPUT');
};

const coded = (error: GraphQLError, code: string): GraphQLError =>
  new GraphQLError(error.message, {
    ...(error.nodes && { nodes: error.nodes }),
    extensions: { ...error.extensions, code },
  });
