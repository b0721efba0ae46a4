import { isDomainError, type DomainError } from '@supergraph/errors';
import {
  Kind,
  OperationTypeNode,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isListType,
  isObjectType,
  getNullableType,
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Variables } from '../engine/compile/compileVariables.ts';
import { compileArguments } from './compileArguments.ts';
import { compileListSize } from './compileListSize.ts';
import { collectFields } from './collectFields.ts';
import { evaluate, greatest, onlyIf, product, sum, type Formula } from './formula.ts';
import type { Weights } from './readWeights.ts';

/** The cost of an operation for coerced variables; or why it has none. */
export type CostOf = (variables: Variables) => number | DomainError;

export type CostOptions = Readonly<{
  schema: GraphQLSchema;
  weights: Weights;
  /** How long a list is taken to be that says nothing of it. */
  listSize: number;
}>;

/** What a mutation costs beside its fields. */
const mutationCost = 10;

/** A list that is sized by a field above it. */
type Sized = Readonly<{ fields: readonly string[]; size: Formula }>;

/**
 * Works out how the cost of an operation follows from its variables, once for a document.
 *
 * The cost is an upper bound of what could be fetched, as IBM's cost specification
 * (https://ibm.github.io/graphql-specs/cost-spec.html) and Apollo's demand control have it: an object is 1, a leaf 0,
 * a list as many times its item as it may have items, an input object 1, a mutation 10 more; `@cost` says otherwise.
 * Of the types behind an interface or union the dearest counts. A field that is named twice is fetched once.
 *
 * @param document valid for the schema, and `operation` is in it
 */
export const compileCost = (
  { schema, weights: { weights, listSizes }, listSize }: CostOptions,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): CostOf => {
  const fragments = new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [],
    ),
  );
  const argumentsCost = compileArguments(weights);
  const sizeOf = compileListSize(listSize);
  const numbers = new Map<SelectionSetNode, number>();
  const known = new Map<string, Formula>();

  const numberOf = (set: SelectionSetNode): number => {
    const number = numbers.get(set) ?? numbers.size;
    numbers.set(set, number);
    return number;
  };

  /** The fields of one type of object, without the object itself. */
  const fieldsCost = (type: GraphQLObjectType, sets: readonly SelectionSetNode[], sized: Sized | null): Formula => {
    const key = sized === null ? `${type.name} ${sets.map(numberOf).join(' ')}` : null;
    const there = key === null ? undefined : known.get(key);
    if (there !== undefined) return there;
    const costs: Formula[] = [];
    for (const { conditions, nodes } of collectFields(schema, fragments, type, sets)) {
      costs.push(onlyIf(conditions, fieldCost(type, nodes, sized)));
    }
    const cost = sum(costs);
    if (key !== null) known.set(key, cost);
    return cost;
  };

  const fieldCost = (parent: GraphQLObjectType, nodes: readonly FieldNode[], sized: Sized | null): Formula => {
    const [node] = nodes;
    const name = node?.name.value ?? '';
    const field = parent.getFields()[name];
    // The schema's own fields are not fetched.
    if (node === undefined || field === undefined) return 0;
    const path = `${parent.name}.${name}`;
    // `@cost` is for objects only, but the length of a list may be said on an interface.
    const declared = [parent, ...parent.getInterfaces()].map((type) => listSizes.get(`${type.name}.${name}`));
    const directive = declared.find((one) => one !== undefined);
    const size = directive === undefined ? listSize : sizeOf(directive, node, field);
    const below: Sized | null =
      directive === undefined || directive.sizedFields.length === 0 ? null : { fields: directive.sizedFields, size };
    const times = sized?.fields.includes(name) === true ? sized.size : below === null ? size : 1;
    return sum([
      product(timesOf(field.type, times), itemCost(field, weights.get(path), nodes, below)),
      argumentsCost(path, node, field),
    ]);
  };

  /** How many items there are; lists in lists are taken to have as many items each as any list. */
  const timesOf = (type: GraphQLOutputType, outermost: Formula): Formula => {
    const list = getNullableType(type);
    return isListType(list) ? product(outermost, timesOf(list.ofType, listSize)) : 1;
  };

  const itemCost = (
    field: GraphQLField<unknown, unknown>,
    weight: number | undefined,
    nodes: readonly FieldNode[],
    sized: Sized | null,
  ): Formula => {
    const type = getNamedType(field.type);
    if (!isCompositeType(type)) return weight ?? weights.get(type.name) ?? 0;
    const sets = nodes.flatMap(({ selectionSet }) => (selectionSet === undefined ? [] : [selectionSet]));
    const types = isAbstractType(type) ? schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];
    return greatest(types.map((one) => sum([weight ?? weights.get(one.name) ?? 1, fieldsCost(one, sets, sized)])));
  };

  const root = schema.getRootType(operation.operation);
  const total = sum([
    operation.operation === OperationTypeNode.MUTATION ? mutationCost : 0,
    root ? fieldsCost(root, [operation.selectionSet], null) : 0,
  ]);
  return (variables) => {
    try {
      // A weight may be negative; an operation that earns something may not.
      return Math.max(0, evaluate(total, variables));
    } catch (error) {
      if (isDomainError(error)) return error;
      throw error;
    }
  };
};
