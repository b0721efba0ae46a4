import {
  Kind,
  isAbstractType,
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';

/** A variable of `@skip` or `@include`, and what it must be. */
export type Condition = Readonly<{ variable: string; holds: boolean }>;

/** The same field of an answer, wherever the operation names it, under the same conditions. */
export type Collected = Readonly<{ conditions: readonly Condition[]; nodes: FieldNode[] }>;

/**
 * The fields that an object of one type has in the answer (GraphQL specification, section 6.3.2). A field that is named
 * under different conditions is there once for each.
 */
export const collectFields = (
  schema: GraphQLSchema,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
): Iterable<Collected> => {
  const collected = new Map<string, Collected>();
  const visited = new Set<string>();

  const applies = (condition: string | undefined): boolean => {
    if (condition === undefined || condition === type.name) return true;
    const wanted = schema.getType(condition);
    return isAbstractType(wanted) && schema.isSubType(wanted, type);
  };

  const visit = ({ selections }: SelectionSetNode, outer: readonly Condition[]): void => {
    for (const selection of selections) {
      const conditions = withConditions(outer, selection.directives);
      if (conditions === null) continue;
      if (selection.kind === Kind.FIELD) {
        const key = `${selection.alias?.value ?? selection.name.value} ${keyOf(conditions)}`;
        const there = collected.get(key);
        if (there === undefined) collected.set(key, { conditions, nodes: [selection] });
        else there.nodes.push(selection);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        if (applies(selection.typeCondition?.name.value)) visit(selection.selectionSet, conditions);
      } else {
        const name = selection.name.value;
        const fragment = fragments.get(name);
        const visit_ = `${name} ${keyOf(conditions)}`;
        if (fragment === undefined || visited.has(visit_)) continue;
        visited.add(visit_);
        if (applies(fragment.typeCondition.name.value)) visit(fragment.selectionSet, conditions);
      }
    }
  };
  for (const set of sets) visit(set, []);
  return collected.values();
};

/** Null when something is never selected. */
const withConditions = (
  outer: readonly Condition[],
  directives: readonly DirectiveNode[] | undefined,
): readonly Condition[] | null => {
  let conditions = outer;
  for (const directive of directives ?? []) {
    const name = directive.name.value;
    if (name !== 'skip' && name !== 'include') continue;
    const holds = name === 'include';
    const value = directive.arguments?.find((argument) => argument.name.value === 'if')?.value;
    if (value?.kind === Kind.BOOLEAN && value.value !== holds) return null;
    if (value?.kind === Kind.VARIABLE) conditions = [...conditions, { variable: value.name.value, holds }];
  }
  return conditions;
};

const keyOf = (conditions: readonly Condition[]): string =>
  conditions.map(({ variable, holds }) => `${holds ? '' : '!'}${variable}`).join(' ');
