import { OperationTypeNode, type DocumentNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { PlanError, type Plan, type Planner, type SubgraphRequest } from '../planner/plan.ts';
import { compileSteps, type Step } from './compileSteps.ts';
import { compileWriter, type Write } from './compileWriter.ts';
import { createKeys, type Keys } from './createKeys.ts';
import { isDeferring, separate, type DeferredFragment } from './deferral.ts';
import { compileIntrospection, type Introspect } from './compileIntrospection.ts';
import { shapeOf, type Shape } from './shape.ts';
import type { CacheCompiler } from '../../cache/createCacheCompiler.ts';
import type { FindTags } from '../../cache/tags/compileTags.ts';
import { rootFields, specialise, type Specialised } from './specialise.ts';
import { textsToPlan } from './toPlan.ts';
import type { TypeNames } from './typeNames.ts';
import type { Variables } from './compileVariables.ts';
import type { Data } from './values.ts';

/** An operation for given values of its conditions, with everything done that can be done before a request. */
export type CompiledOperation = Readonly<{
  kind: OperationDefinitionNode['operation'];
  /** The fields of a mutation's root, as the schema names them, each as often as it is executed. */
  effects: readonly string[];
  /** What is subscribed to, and how an event becomes data; null when it is no subscription, or asks for nothing. */
  subscribe: Subscribe | null;
  /** Run one list after the other; only a mutation has more than one. Of a subscription, what is done for each event. */
  stages: readonly (readonly Step[])[];
  /** Puts what is known of the schema itself into the data; null when nobody asks. */
  introspect: Introspect | null;
  write: Write;
  keys: Keys;
  /** The response keys that the client asked for, whatever the type; made when an error needs its place. */
  asked: () => Shape;
  /** What a cache knows the data by, or what a mutation invalidates; null when nobody wants to know. */
  tags: FindTags | null;
  /** Those of its deferred fragments as well. */
  askedInAll: () => Shape;
  /** What is answered later, the fragment around one before it; `write` and `asked` are without them. */
  deferred: readonly CompiledFragment[];
}>;

export type Subscribe = Readonly<{ request: SubgraphRequest; take: (event: Data) => Data }>;

/** A fragment whose part of the answer comes later. */
export type CompiledFragment = Pick<DeferredFragment, 'id' | 'parent' | 'label' | 'path'> &
  Readonly<{ write: Write; asked: Shape }>;

export type Compiler = Readonly<{
  schema: GraphQLSchema;
  types: TypeNames;
  planner: Planner;
  /** Null: nothing of this supergraph may be cached. */
  cache: CacheCompiler | null;
}>;

/**
 * Plans and compiles.
 *
 * @param document valid for the schema, and `operation` is in it
 * @param conditions the values of the variables that its `@skip`, `@include` and `@defer` name
 * @param percentage the draw for progressive `@override`
 * @param deferring whether the client takes an answer in parts; it may get one in one part all the same
 * @throws PlanError
 */
export const compileOperation = async (
  { schema, types, planner, cache }: Compiler,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  conditions: Variables,
  percentage: number,
  deferring = false,
): Promise<CompiledOperation> => {
  const whole = specialise(document, operation, conditions, deferring);
  const keys = createKeys();
  const deferral = deferring && isDeferring(whole) ? separate(whole, schema, keys) : null;
  const isSubscription = operation.operation === OperationTypeNode.SUBSCRIPTION;
  const besides = deferral === null && !isSubscription ? cache?.besides(document, operation) : undefined;
  const texts = textsToPlan(deferral?.labelled ?? whole, { schema, keys, types, besides }, deferral !== null);
  let plans: readonly Plan[];
  try {
    plans = await Promise.all(texts.map((text) => planner.plan(text, percentage, deferral !== null)));
  } catch (error) {
    if (deferral === null || !(error instanceof PlanError)) throw error;
    // What no planner can defer is answered at once, which a server may always do.
    return compileOperation({ schema, types, planner, cache }, document, operation, conditions, percentage);
  }
  const isQuery = operation.operation === OperationTypeNode.QUERY;
  const keepingOf = cache !== null && isQuery ? cache.keeping(types) : undefined;
  const first = deferral?.primary ?? whole;
  const [plan] = plans;
  const events = isSubscription && plan ? compileEvents(plan, types) : null;
  let asked: Shape | undefined;
  let askedInAll: Shape | undefined;
  return {
    kind: operation.operation,
    effects: operation.operation === OperationTypeNode.MUTATION ? effectsOf(whole) : [],
    subscribe: events?.subscribe ?? null,
    stages:
      events?.stages ?? plans.flatMap(({ node }) => (node === null ? [] : [compileSteps(node, types, keepingOf)])),
    introspect: compileIntrospection(schema, whole, keys),
    write: compileWriter(schema, first, keys),
    keys,
    asked: () => (asked ??= shapeOf(first.operation.selectionSet, first.fragments)),
    askedInAll: () => (askedInAll ??= shapeOf(whole.operation.selectionSet, whole.fragments)),
    deferred: (deferral?.fragments ?? []).map((fragment) => compileFragment(fragment, first, schema, keys)),
    tags: (isSubscription ? null : cache?.tags(document, operation, whole, keys)) ?? null,
  };
};

/** Takes the first step of a subscription, which events answer, from those that are sent for each event. */
const compileEvents = ({ node }: Plan, types: TypeNames): Pick<CompiledOperation, 'subscribe' | 'stages'> => {
  const first = node?.kind === 'sequence' ? node.nodes[0] : node;
  const [step, ...rest] = node === null ? [] : compileSteps(node, types);
  if (first?.kind !== 'fetch' || first.request.kind !== 'subscription' || !step?.root) {
    throw new PlanError('The query plan of a subscription begins with something else.');
  }
  const { rewrite, merge } = step.root;
  return {
    subscribe: {
      request: first.request,
      take: (event) => {
        const data: Data = {};
        rewrite?.(event);
        merge(data, event, false);
        return data;
      },
    },
    stages: [rest.map((one) => ({ ...one, after: one.after.flatMap((index) => (index === 0 ? [] : [index - 1])) }))],
  };
};

const compileFragment = (
  { selectionSet, type, ...fragment }: DeferredFragment,
  { operation }: Specialised,
  schema: GraphQLSchema,
  keys: Keys,
): CompiledFragment => ({
  ...fragment,
  write: compileWriter(schema, { operation: { ...operation, selectionSet }, fragments: new Map() }, keys, type),
  asked: shapeOf(selectionSet, new Map()),
});

/** Fields with the same response name are one (GraphQL specification, section 5.3.2). */
const effectsOf = (specialised: Specialised): readonly string[] => [
  ...new Map(rootFields(specialised).map(({ alias, name }) => [(alias ?? name).value, name.value])).values(),
];
