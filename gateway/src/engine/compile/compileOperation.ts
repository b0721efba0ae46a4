import { OperationTypeNode, type DocumentNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import type { Planner } from '../planner/plan.ts';
import { compileSteps, type Step } from './compileSteps.ts';
import { compileWriter, type Write } from './compileWriter.ts';
import { createKeys, type Keys } from './createKeys.ts';
import { compileIntrospection, type Introspect } from './compileIntrospection.ts';
import { shapeOf, type Shape } from './shape.ts';
import { rootFields, specialise, type Specialised } from './specialise.ts';
import { textsToPlan } from './toPlan.ts';
import type { TypeNames } from './typeNames.ts';
import type { Variables } from './compileVariables.ts';

/** An operation for given values of its conditions, with everything done that can be done before a request. */
export type CompiledOperation = Readonly<{
  kind: OperationDefinitionNode['operation'];
  /** The fields of a mutation's root, as the schema names them, each as often as it is executed. */
  effects: readonly string[];
  /** Run one list after the other; only a mutation has more than one. */
  stages: readonly (readonly Step[])[];
  /** Puts what is known of the schema itself into the data; null when nobody asks. */
  introspect: Introspect | null;
  write: Write;
  keys: Keys;
  /** The response keys that the client asked for, whatever the type; made when an error needs its place. */
  asked: () => Shape;
}>;

export type Compiler = Readonly<{ schema: GraphQLSchema; types: TypeNames; planner: Planner }>;

/**
 * Plans and compiles.
 *
 * @param document valid for the schema, and `operation` is in it
 * @param conditions the values of the variables that its `@skip` and `@include` name
 * @param percentage the draw for progressive `@override`
 * @throws PlanError
 */
export const compileOperation = async (
  { schema, types, planner }: Compiler,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  conditions: Variables,
  percentage: number,
): Promise<CompiledOperation> => {
  const specialised = specialise(document, operation, conditions);
  const keys = createKeys();
  let asked: Shape | undefined;
  const plans = await Promise.all(
    textsToPlan(specialised, { schema, keys }).map((text) => planner.plan(text, percentage)),
  );
  return {
    kind: operation.operation,
    effects: operation.operation === OperationTypeNode.MUTATION ? effectsOf(specialised) : [],
    stages: plans.flatMap(({ node }) => (node === null ? [] : [compileSteps(node, types)])),
    introspect: compileIntrospection(schema, specialised, keys),
    write: compileWriter(schema, specialised, keys),
    keys,
    asked: () => (asked ??= shapeOf(specialised.operation.selectionSet, specialised.fragments)),
  };
};

/** Fields with the same response name are one (GraphQL specification, section 5.3.2). */
const effectsOf = (specialised: Specialised): readonly string[] => [
  ...new Map(rootFields(specialised).map(({ alias, name }) => [(alias ?? name).value, name.value])).values(),
];
