import {
  Kind,
  visit,
  type ASTNode,
  type BooleanValueNode,
  type ConstDirectiveNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** An operation, the fragments of its document, and nothing that depends on a condition. */
export type Specialised = Readonly<{
  operation: OperationDefinitionNode;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}>;

/** The variables that decide about `@skip` and `@include`, sorted. */
export const conditionVariables = (document: DocumentNode): readonly string[] => {
  const names = new Set<string>();
  visit(document, {
    Directive: (directive) => {
      const value = conditionOf(directive);
      if (value?.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names].toSorted();
};

/**
 * The operation for given values of its conditions: what they leave out is gone, and so are the conditions. Plan and
 * writer are made for one such variant, so that neither has to decide anything per request.
 */
export const specialise = (
  document: DocumentNode,
  operation: OperationDefinitionNode,
  values: Readonly<Record<string, unknown>>,
): Specialised => {
  const holds = (directive: DirectiveNode): boolean => {
    const value = conditionOf(directive);
    const given = value?.kind === Kind.VARIABLE ? values[value.name.value] === true : (value?.value ?? false);
    return directive.name.value === 'include' ? given : !given;
  };
  const reduce = <Node extends ASTNode>(root: Node): Node =>
    visit(root, {
      enter: (node) => {
        if (node.kind !== Kind.FIELD && node.kind !== Kind.INLINE_FRAGMENT && node.kind !== Kind.FRAGMENT_SPREAD) {
          return undefined;
        }
        const conditions = node.directives?.filter(isCondition) ?? [];
        if (conditions.length === 0) return undefined;
        if (!conditions.every(holds)) return null;
        return { ...node, directives: node.directives?.filter((directive) => !isCondition(directive)) ?? [] };
      },
    });
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, reduce(definition));
  }
  return { operation: reduce(operation), fragments };
};

const isCondition = (directive: DirectiveNode | ConstDirectiveNode): boolean =>
  directive.name.value === 'skip' || directive.name.value === 'include';

const conditionOf = (directive: DirectiveNode) => {
  if (!isCondition(directive)) return undefined;
  const value = directive.arguments?.find(({ name }) => name.value === 'if')?.value;
  return value?.kind === Kind.VARIABLE || value?.kind === Kind.BOOLEAN
    ? (value satisfies BooleanValueNode | typeof value)
    : undefined;
};

/** The fields at the top of an operation, those of fragments too: at the root every fragment applies. */
export const rootFields = ({ operation, fragments }: Specialised) => {
  const fieldsOf = ({ selections }: SelectionSetNode): FieldNode[] =>
    selections.flatMap((selection) => {
      if (selection.kind === Kind.FIELD) return [selection];
      if (selection.kind === Kind.INLINE_FRAGMENT) return fieldsOf(selection.selectionSet);
      const fragment = fragments.get(selection.name.value);
      return fragment === undefined ? [] : fieldsOf(fragment.selectionSet);
    });
  return fieldsOf(operation.selectionSet);
};
