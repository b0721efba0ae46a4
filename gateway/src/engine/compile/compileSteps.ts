import { stringText } from './values.ts';
import type { FetchNode } from '../../cache/entities/compileKeeping.ts';
import type { Keeping } from '../../cache/entities/keeping.ts';
import type { EntityGroup, PlanNode, SubgraphRequest } from '../planner/plan.ts';
import { compileContexts, type GatherBatches } from './compileContexts.ts';
import { compileGather, type Gather } from './compileGather.ts';
import { compileMerge, type Merge } from './compileMerge.ts';
import { compileOutputRewrites, type ApplyRewrites } from './compileRewrites.ts';
import { pathsOfShape, pathsRead, renameInShape, shapeOfDocument, type Shape } from './shape.ts';
import type { TypeNames } from './typeNames.ts';

/** One request of a compiled operation, ready to be sent as soon as what it needs is there. */
export type Step = Readonly<{
  subgraph: string;
  kind: SubgraphRequest['kind'];
  /** The steps of the same list that have to be over before this one. */
  after: readonly number[];
  /** All must hold, or there is nothing to ask. */
  conditions: readonly Condition[];
  /** The request's body up to the values of `variables`. */
  bodyStart: string;
  variables: readonly Readonly<{ name: string; start: string }>[];
  /** The label of the deferred fragment that it is for; null for what is answered first. */
  part: string | null;
  /** Null: fields of the root. */
  groups: readonly StepGroup[] | null;
  root: StepRoot | null;
  /** Whether an answer is changed before it is merged. */
  rewrites: boolean;
  /** What of its answers is kept; null: nothing. */
  keeping: Keeping | null;
}>;

export type StepRoot = Readonly<{ rewrite: ApplyRewrites | null; merge: Merge }>;

export type StepGroup = Readonly<{
  key: string;
  /** `"name":` of the variable that takes the representations. */
  variableStart: string;
  paths: EntityGroup['paths'];
  gather: Gather;
  /** Instead of `gather`, when entities need requests of their own for what is around them. */
  batches: GatherBatches | null;
  rewrite: ApplyRewrites | null;
  merge: Merge;
  /** Whether an answer that goes to two places has anything that must be copied. */
  nested: boolean;
}>;

export type Condition = Readonly<{ variable: string; holds: boolean }>;

type Draft = { step: Step; reads: ReadonlySet<string>; writes: ReadonlySet<string> };

/**
 * Turns a plan into steps that wait for exactly those before them that fetch what they read: the plan's sequences say
 * what comes before what, but not all of it matters. Conservative where it is not sure.
 *
 * @param keepingOf what may be kept of a request's answers
 */
export const compileSteps = (
  plan: PlanNode,
  types: TypeNames,
  keepingOf: (node: FetchNode) => Keeping | null = () => null,
): readonly Step[] => {
  const drafts: Draft[] = [];

  let part: string | null = null;

  const walk = (node: PlanNode, before: readonly number[], conditions: readonly Condition[]): readonly number[] => {
    switch (node.kind) {
      case 'defer': {
        const first = node.primary ? walk(node.primary, before, conditions) : [];
        const around = part;
        const made = [...first];
        for (const { label, node: later } of node.deferred) {
          part = label;
          if (later) made.push(...walk(later, [...before, ...first], conditions));
        }
        part = around;
        return made;
      }
      case 'sequence': {
        const made: number[] = [];
        for (const child of node.nodes) made.push(...walk(child, [...before, ...made], conditions));
        return made;
      }
      case 'parallel':
        return node.nodes.flatMap((child) => walk(child, before, conditions));
      case 'condition':
        return [
          ...(node.then ? walk(node.then, before, [...conditions, { variable: node.variable, holds: true }]) : []),
          ...(node.otherwise
            ? walk(node.otherwise, before, [...conditions, { variable: node.variable, holds: false }])
            : []),
        ];
      case 'fetch':
      case 'entities': {
        const draft = node.kind === 'fetch' ? rootDraft(node, types) : entitiesDraft(node.request, node.groups, types);
        const after = before.filter((index) => {
          const earlier = drafts[index];
          return (
            earlier === undefined || earlier.step.rewrites || [...draft.reads].some((path) => earlier.writes.has(path))
          );
        });
        drafts.push({ ...draft, step: { ...draft.step, after, conditions, part, keeping: keepingOf(node) } });
        return [drafts.length - 1];
      }
    }
  };
  walk(plan, [], []);
  return drafts.map(({ step }) => step);
};

const rootDraft = ({ request, outputRewrites }: Extract<PlanNode, { kind: 'fetch' }>, types: TypeNames): Draft => {
  const shape = shapeOfDocument(request.document);
  renameInShape(shape, outputRewrites);
  const writes = new Set<string>();
  pathsOfShape(shape, '', writes);
  return {
    step: {
      ...stepOf(request),
      groups: null,
      rewrites: outputRewrites.length > 0,
      root: { rewrite: compileOutputRewrites(outputRewrites, types), merge: compileMerge(shape, types) },
    },
    reads: new Set(),
    writes,
  };
};

const entitiesDraft = (request: SubgraphRequest, groups: readonly EntityGroup[], types: TypeNames): Draft => {
  const whole = shapeOfDocument(request.document);
  const reads = new Set<string>();
  const writes = new Set<string>();
  const compiled = groups.map((group): StepGroup => {
    const shape: Shape = whole.get(group.key) ?? new Map();
    renameInShape(shape, group.outputRewrites);
    for (const path of group.paths) pathsOfShape(shape, pathsRead(group, path, reads), writes);
    return {
      key: group.key,
      variableStart: `${JSON.stringify(group.variable)}:`,
      paths: group.paths,
      gather: compileGather(group, types),
      batches: compileContexts(group, types),
      rewrite: compileOutputRewrites(group.outputRewrites, types),
      merge: compileMerge(shape, types),
      nested: [...shape.values()].some((inner) => inner !== null),
    };
  });
  return {
    step: {
      ...stepOf(request),
      groups: compiled,
      root: null,
      rewrites: groups.some(({ outputRewrites }) => outputRewrites.length > 0),
    },
    reads,
    writes,
  };
};

const stepOf = ({ subgraph, kind, text, operationName, variables }: SubgraphRequest) => ({
  subgraph,
  kind,
  after: [],
  conditions: [],
  part: null,
  keeping: null,
  bodyStart: `{"query":${stringText(text)}${
    operationName === undefined ? '' : `,"operationName":${stringText(operationName)}`
  },"variables":{`,
  variables: variables.map((name) => ({ name, start: `${JSON.stringify(name)}:` })),
});
