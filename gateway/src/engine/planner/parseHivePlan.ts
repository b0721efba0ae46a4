import { parse } from 'graphql';
import { z } from 'zod';
import {
  PlanError,
  type EntityGroup,
  type PathSegment,
  type Plan,
  type PlanNode,
  type Requirement,
  type Rewrite,
  type SubgraphRequest,
} from './plan.ts';

const rewritePath = z.array(
  z.union([z.strictObject({ TypenameEquals: z.array(z.string()) }), z.strictObject({ Key: z.string() })]),
);
const setter = z.strictObject({ path: rewritePath, setValueTo: z.string() });
const rewrite = z.union([
  z.strictObject({ ValueSetter: setter }),
  z.strictObject({ KeyRenamer: z.strictObject({ path: rewritePath, renameKeyTo: z.string() }) }),
  setter.extend({ kind: z.literal('ValueSetter') }),
]);
const rewrites = z.array(rewrite).nullish();

type HiveRequirement =
  | {
      kind: 'Field';
      name: string;
      alias?: string | null | undefined;
      selections?: HiveRequirement[] | null | undefined;
    }
  | { kind: 'InlineFragment'; typeCondition: string; selections: HiveRequirement[] };

const requirement: z.ZodType<HiveRequirement> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('Field'),
      name: z.string(),
      alias: z.string().nullish(),
      selections: z.array(requirement).nullish(),
    }),
    z.strictObject({
      kind: z.literal('InlineFragment'),
      typeCondition: z.string(),
      selections: z.array(requirement),
      // A representation is built from what was fetched: what a condition left out is not there.
      skipIf: z.null().optional(),
      includeIf: z.null().optional(),
    }),
  ]),
);

const path = z.array(
  z.union([
    z.literal('@'),
    z.strictObject({ Field: z.string() }),
    z.strictObject({ TypeCondition: z.array(z.string()) }),
  ]),
);

const operation = {
  serviceName: z.string(),
  variableUsages: z.array(z.string()).nullish(),
  operationKind: z.enum(['query', 'mutation', 'subscription']).nullish(),
  operationName: z.string().nullish(),
  operation: z.string(),
};
const fetchNode = z.strictObject({
  kind: z.literal('Fetch'),
  ...operation,
  requires: z.array(requirement).nullish(),
  inputRewrites: rewrites,
  outputRewrites: rewrites,
});
const batchNode = z.strictObject({
  kind: z.literal('BatchFetch'),
  ...operation,
  entityBatch: z.strictObject({
    aliases: z.array(
      z.strictObject({
        alias: z.string(),
        representationsVariableName: z.string(),
        paths: z.array(path),
        requires: z.array(requirement),
        inputRewrites: rewrites,
        outputRewrites: rewrites,
      }),
    ),
  }),
});

const subscriptionNode = z.strictObject({ kind: z.literal('Subscription'), primary: z.strictObject(operation) });

type HiveNode =
  | z.infer<typeof fetchNode>
  | z.infer<typeof subscriptionNode>
  | z.infer<typeof batchNode>
  | { kind: 'Sequence' | 'Parallel'; nodes: HiveNode[] }
  | { kind: 'Flatten'; path: z.infer<typeof path>; node: HiveNode }
  | {
      kind: 'Condition';
      condition: string;
      ifClause?: HiveNode | null | undefined;
      elseClause?: HiveNode | null | undefined;
    };

const node: z.ZodType<HiveNode> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    fetchNode,
    batchNode,
    subscriptionNode,
    z.strictObject({ kind: z.enum(['Sequence', 'Parallel']), nodes: z.array(node) }),
    z.strictObject({ kind: z.literal('Flatten'), path, node }),
    z.strictObject({
      kind: z.literal('Condition'),
      condition: z.string(),
      ifClause: node.nullish(),
      elseClause: node.nullish(),
    }),
  ]),
);
const queryPlan = z.strictObject({ kind: z.literal('QueryPlan'), node: node.nullish() });

/**
 * Reads a plan of `@graphql-hive/router-query-planner`. Anything in it that we do not know is refused: a part of a
 * plan that is passed over is data that is missing, or that somebody should not have seen.
 *
 * @throws PlanError that names what is not known
 */
export const parseHivePlan = (value: unknown): Plan => {
  const parsed = queryPlan.safeParse(value);
  if (!parsed.success)
    throw new PlanError(`The query plan has parts that are not known:\n${z.prettifyError(parsed.error)}`);
  return { node: parsed.data.node ? toNode(parsed.data.node) : null };
};

const toNode = (hive: HiveNode): PlanNode => {
  switch (hive.kind) {
    case 'Sequence':
      return { kind: 'sequence', nodes: hive.nodes.map(toNode) };
    case 'Parallel':
      return { kind: 'parallel', nodes: hive.nodes.map(toNode) };
    case 'Condition':
      return {
        kind: 'condition',
        variable: hive.condition,
        then: hive.ifClause ? toNode(hive.ifClause) : null,
        otherwise: hive.elseClause ? toNode(hive.elseClause) : null,
      };
    case 'Fetch':
      if (hive.requires?.length) throw new PlanError('The query plan has an entity fetch without a place.');
      return { kind: 'fetch', request: toRequest(hive), outputRewrites: toRewrites(hive.outputRewrites) };
    case 'Subscription':
      return { kind: 'fetch', request: toSubscription(hive.primary), outputRewrites: [] };
    case 'Flatten':
      return toEntities(hive);
    case 'BatchFetch':
      return {
        kind: 'entities',
        request: toRequest(hive),
        groups: hive.entityBatch.aliases.map(({ alias, representationsVariableName, paths, ...group }) => ({
          key: alias,
          variable: representationsVariableName,
          paths: paths.map(toPath),
          contexts: [],
          ...toGroup(group),
        })),
      };
  }
};

const toEntities = ({ node: hive, path: place }: Extract<HiveNode, { kind: 'Flatten' }>): PlanNode => {
  if (hive.kind !== 'Fetch' || !hive.requires?.length) {
    throw new PlanError(`The query plan has a ${hive.kind} at a place where only an entity fetch is known.`);
  }
  const group = toGroup({ ...hive, requires: hive.requires });
  return {
    kind: 'entities',
    request: toRequest(hive),
    groups: [{ key: '_entities', variable: 'representations', paths: [toPath(place)], contexts: [], ...group }],
  };
};

const toRequest = (hive: z.infer<typeof fetchNode> | z.infer<typeof batchNode>): SubgraphRequest => {
  if (hive.operationKind === 'subscription') throw new PlanError('The query plan has a subscription in it.');
  return { ...toOperation(hive), kind: hive.operationKind ?? 'query' };
};

const toSubscription = (primary: z.infer<typeof subscriptionNode>['primary']): SubgraphRequest => ({
  ...toOperation(primary),
  kind: 'subscription',
});

const toOperation = (
  hive: Pick<z.infer<typeof fetchNode>, 'serviceName' | 'operation' | 'operationName' | 'variableUsages'>,
) => ({
  subgraph: hive.serviceName,
  text: hive.operation,
  document: parse(hive.operation, { noLocation: true }),
  operationName: hive.operationName ?? undefined,
  variables: hive.variableUsages ?? [],
});

const toGroup = (hive: {
  requires: HiveRequirement[];
  inputRewrites?: z.infer<typeof rewrites>;
  outputRewrites?: z.infer<typeof rewrites>;
}): Pick<EntityGroup, 'requires' | 'inputRewrites' | 'outputRewrites'> => ({
  requires: hive.requires.map(toRequirement),
  inputRewrites: toRewrites(hive.inputRewrites),
  outputRewrites: toRewrites(hive.outputRewrites),
});

/** A requirement's `name` is the key in the answer and its `alias` the key in the representation. */
const toRequirement = (hive: HiveRequirement): Requirement =>
  hive.kind === 'Field'
    ? {
        kind: 'field',
        from: hive.name,
        to: hive.alias ?? hive.name,
        selections: hive.selections?.length ? hive.selections.map(toRequirement) : null,
      }
    : { kind: 'fragment', type: hive.typeCondition, selections: hive.selections.map(toRequirement) };

const toPath = (hive: z.infer<typeof path>): PathSegment[] =>
  hive.flatMap((segment): PathSegment[] => {
    if (segment === '@') return [];
    return 'Field' in segment
      ? [{ kind: 'field', name: segment.Field }]
      : [{ kind: 'type', names: segment.TypeCondition }];
  });

const toRewrites = (hive: z.infer<typeof rewrites>): Rewrite[] =>
  (hive ?? []).map((one) => {
    if ('KeyRenamer' in one)
      return { kind: 'rename', path: one.KeyRenamer.path.map(toRewriteSegment), to: one.KeyRenamer.renameKeyTo };
    const { path: place, setValueTo } = 'ValueSetter' in one ? one.ValueSetter : one;
    return { kind: 'set', path: place.map(toRewriteSegment), value: setValueTo };
  });

const toRewriteSegment = (hive: z.infer<typeof rewritePath>[number]): Rewrite['path'][number] =>
  'Key' in hive ? { kind: 'key', name: hive.Key } : { kind: 'type', names: hive.TypenameEquals };
