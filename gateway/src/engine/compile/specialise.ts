import {
  BREAK,
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

/** The variables that decide about `@skip`, `@include` and `@defer`, sorted. */
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

/** Whether anything in a document asks to be deferred. */
export const hasDefer = (document: DocumentNode): boolean => {
  let found = false;
  visit(document, {
    Directive: (directive) => {
      if (!isDefer(directive)) return undefined;
      found = true;
      return BREAK;
    },
  });
  return found;
};

/**
 * The operation for given values of its conditions: what they leave out is gone, and so are the conditions. Plan and
 * writer are made for one such variant, so that neither has to decide anything per request.
 *
 * @param deferring whether the client takes an answer in parts; else nothing is deferred
 */
export const specialise = (
  document: DocumentNode,
  operation: OperationDefinitionNode,
  values: Readonly<Record<string, unknown>>,
  deferring: boolean,
): Specialised => {
  const given = (directive: DirectiveNode, otherwise: boolean): boolean => {
    const value = conditionOf(directive);
    return value?.kind === Kind.VARIABLE ? values[value.name.value] === true : (value?.value ?? otherwise);
  };
  const holds = (directive: DirectiveNode): boolean => (directive.name.value === 'include') === given(directive, false);
  const reduce = <Node extends ASTNode>(root: Node): Node =>
    visit(root, {
      enter: (node) => {
        if (node.kind !== Kind.FIELD && node.kind !== Kind.INLINE_FRAGMENT && node.kind !== Kind.FRAGMENT_SPREAD) {
          return undefined;
        }
        const { directives = [] } = node;
        if (!directives.some((directive) => isCondition(directive) || isDefer(directive))) return undefined;
        if (!directives.filter(isCondition).every(holds)) return null;
        const stays = (directive: DirectiveNode): boolean =>
          isDefer(directive) ? deferring && given(directive, true) : !isCondition(directive);
        return { ...node, directives: directives.filter(stays) };
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

const isDefer = ({ name }: DirectiveNode | ConstDirectiveNode): boolean => name.value === 'defer';

const conditionOf = (directive: DirectiveNode) => {
  if (!isCondition(directive) && !isDefer(directive)) return undefined;
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
