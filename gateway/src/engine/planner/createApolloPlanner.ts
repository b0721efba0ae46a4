import type {
  FetchDataRewrite,
  FetchNode,
  PlanNode as ApolloNode,
  QueryPlanSelectionNode,
} from '@apollo/query-planner';
import { OperationTypeNode, parse } from 'graphql';
import type { ApolloThread } from './apolloThread.ts';
import type { OverrideLabel } from './overrideLabels.ts';
import {
  PlanError,
  type ContextArgument,
  type PathSegment,
  type Plan,
  type PlanNode,
  type Requirement,
  type Rewrite,
  type RewriteSegment,
} from './plan.ts';

/**
 * The planner of `@apollo/gateway`. It plans more than Hive's and takes some forty times as long.
 *
 * @returns what throws a PlanError for an operation that it cannot plan
 */
export const createApolloPlanner =
  ({ plan }: Pick<ApolloThread, 'plan'>, labels: readonly OverrideLabel[]) =>
  async (query: string, percentage: number): Promise<Plan> => {
    const { node } = await plan(
      query,
      labels.map(({ label, percent }) => [label, percentage < percent] as const),
    );
    if (node?.kind !== 'Subscription') return { node: node === undefined ? null : toNode(node) };
    const { primary, rest } = node;
    const first = {
      kind: 'fetch' as const,
      request: { ...toOperation(primary), kind: 'subscription' as const },
      outputRewrites: toRewrites(primary.outputRewrites),
    };
    return { node: rest === undefined ? first : { kind: 'sequence', nodes: [first, toNode(rest)] } };
  };

const toNode = (apollo: ApolloNode): PlanNode => {
  switch (apollo.kind) {
    case 'Sequence':
      return { kind: 'sequence', nodes: apollo.nodes.map(toNode) };
    case 'Parallel':
      return { kind: 'parallel', nodes: apollo.nodes.map(toNode) };
    case 'Condition':
      return {
        kind: 'condition',
        variable: apollo.condition,
        then: apollo.ifClause ? toNode(apollo.ifClause) : null,
        otherwise: apollo.elseClause ? toNode(apollo.elseClause) : null,
      };
    case 'Fetch':
      if (apollo.requires?.length) throw new PlanError('The query plan has an entity fetch without a place.');
      if (apollo.contextRewrites?.length) throw new PlanError('The query plan has a context where there is none.');
      return { kind: 'fetch', request: toRequest(apollo), outputRewrites: toRewrites(apollo.outputRewrites) };
    case 'Flatten': {
      const { node: fetch } = apollo;
      // Deferred fields of the root.
      if (fetch.kind === 'Fetch' && apollo.path.length === 0) return toNode(fetch);
      if (fetch.kind !== 'Fetch' || !fetch.requires?.length) {
        throw new PlanError(`The query plan has a ${fetch.kind} at a place where only an entity fetch is known.`);
      }
      return {
        kind: 'entities',
        request: toRequest(fetch),
        groups: [
          {
            key: '_entities',
            variable: 'representations',
            paths: [apollo.path.flatMap(toSegment)],
            requires: fetch.requires.flatMap(toRequirements),
            inputRewrites: toRewrites(fetch.inputRewrites),
            outputRewrites: toRewrites(fetch.outputRewrites),
            contexts: toContexts(fetch.contextRewrites),
          },
        ],
      };
    }
    case 'Defer':
      return {
        kind: 'defer',
        primary: apollo.primary.node ? toNode(apollo.primary.node) : null,
        deferred: apollo.deferred.map(({ label, node }) => {
          if (label === undefined) throw new PlanError('The query plan has a deferred part without a label.');
          const [id = label] = label.split(' ');
          return { label: id, node: node ? toNode(node) : null };
        }),
      };
  }
};

const toRequest = (fetch: FetchNode) => {
  if (fetch.operationKind === OperationTypeNode.SUBSCRIPTION) {
    throw new PlanError('The query plan has a subscription in it.');
  }
  const kind = fetch.operationKind === OperationTypeNode.MUTATION ? ('mutation' as const) : ('query' as const);
  return { ...toOperation(fetch), kind };
};

const toOperation = (fetch: FetchNode) => {
  const contextual = new Set(fetch.contextRewrites?.map(({ renameKeyTo }) => renameKeyTo));
  return {
    subgraph: fetch.serviceName,
    ...readText(fetch.operation),
    operationName: fetch.operationName,
    variables: (fetch.variableUsages ?? []).filter((name) => !contextual.has(name)),
  };
};

/** With progressive `@override` the planner sometimes leaves fragments without a selection, which no document may have. */
const readText = (operation: string) => {
  try {
    return { text: operation, document: parse(operation, { noLocation: true }) };
  } catch {
    const text = withoutEmptyFragments(operation);
    return { text, document: parse(text, { noLocation: true }) };
  }
};

const stringOrEmptyFragment =
  /"""[^]*?"""|"(?:[^"\\]|\\.)*"|\.\.\.(?:\s*on\s+\w+)?(?:\s*@\w+(?:\([^()]*\))?)*\s*\{\s*\}/g;

const withoutEmptyFragments = (text: string): string => {
  const shorter = text.replace(stringOrEmptyFragment, (found) => (found.startsWith('"') ? found : ''));
  // What held nothing but an empty one is empty now.
  return shorter === text ? text : withoutEmptyFragments(shorter);
};

const toSegment = (segment: string | number): PathSegment[] => {
  if (segment === '@') return [];
  if (typeof segment === 'number' || !/^\w+$/.test(segment)) {
    throw new PlanError(`The query plan has a place that is not known: ${segment}`);
  }
  return [{ kind: 'field', name: segment }];
};

const toRequirements = (selection: QueryPlanSelectionNode): Requirement[] => {
  const selections = selection.selections?.flatMap(toRequirements) ?? [];
  if (selection.kind === 'InlineFragment') {
    return selection.typeCondition === undefined
      ? selections
      : [{ kind: 'fragment', type: selection.typeCondition, selections }];
  }
  const key = selection.alias ?? selection.name;
  return [{ kind: 'field', from: key, to: key, selections: selections.length > 0 ? selections : null }];
};

const typePrefix = '... on ';

const toRewriteSegment = (segment: string): RewriteSegment =>
  segment.startsWith(typePrefix)
    ? { kind: 'type', names: [segment.slice(typePrefix.length)] }
    : { kind: 'key', name: segment };

const parentStep = '..';

const toContexts = (rewrites: FetchNode['contextRewrites'] = []): ContextArgument[] =>
  rewrites.map(({ path, renameKeyTo }) => {
    const up = path.findIndex((segment) => segment !== parentStep);
    if (up < 1) throw new PlanError(`The query plan has a context that is not known: ${path.join('.')}`);
    return { variable: renameKeyTo, up, path: path.slice(up).map(toRewriteSegment) };
  });

const toRewrites = (rewrites: readonly FetchDataRewrite[] = []): Rewrite[] =>
  rewrites.map((rewrite) => {
    const path = rewrite.path.map(toRewriteSegment);
    return rewrite.kind === 'KeyRenamer'
      ? { kind: 'rename', path, to: rewrite.renameKeyTo }
      : { kind: 'set', path, value: String(rewrite.setValueTo) };
  });
