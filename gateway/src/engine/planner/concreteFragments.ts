import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isUnionType,
  Kind,
  parse,
  print,
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/**
 * The same operation with every fragment about an interface or a union that is not the type around it told once for each
 * object type that it can be, and nothing else: no named fragments. It is longer, and means the same. Apollo's planner
 * knows no way from an interface object to `... on Node`, but one to each of the types that are a `Node`. Labels of `@defer` get a number after a space, so that they stay different from each other.
 */
export const concreteFragments = (query: string, schema: GraphQLSchema): string => {
  const { definitions } = parse(query, { noLocation: true });
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }

  let count = 0;
  const labelled = (directive: DirectiveNode): DirectiveNode => ({
    ...directive,
    arguments: (directive.arguments ?? []).map((argument) =>
      argument.name.value === 'label' && argument.value.kind === Kind.STRING
        ? { ...argument, value: { kind: Kind.STRING, value: `${argument.value.value} ${count++}` } }
        : argument,
    ),
  });

  const selectionsOf = ({ selections }: SelectionSetNode, parent: GraphQLCompositeType): readonly SelectionNode[] =>
    selections.flatMap((selection): readonly SelectionNode[] => {
      if (selection.kind === Kind.FIELD) {
        const { selectionSet } = selection;
        if (selectionSet === undefined || isUnionType(parent)) return [selection];
        const field = parent.getFields()[selection.name.value];
        const type = field && getNamedType(field.type);
        if (!isCompositeType(type)) return [selection];
        return [{ ...selection, selectionSet: { ...selectionSet, selections: selectionsOf(selectionSet, type) } }];
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      if (fragment === undefined) return [];
      const directives = (): readonly DirectiveNode[] => (selection.directives ?? []).map(labelled);
      const told = (on: GraphQLCompositeType): SelectionNode => {
        const selections = selectionsOf(fragment.selectionSet, on);
        return {
          kind: Kind.INLINE_FRAGMENT,
          directives: directives(),
          typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: on.name } },
          selectionSet: { kind: Kind.SELECTION_SET, selections: selections.length > 0 ? selections : [typename] },
        };
      };
      const condition = fragment.typeCondition ? schema.getType(fragment.typeCondition.name.value) : parent;
      if (!isCompositeType(condition)) return [];
      if (condition === parent) return [told(condition)];
      const within = new Set(isAbstractType(condition) ? schema.getPossibleTypes(condition) : [condition]);
      const around = isAbstractType(parent) ? schema.getPossibleTypes(parent) : [parent];
      return around.filter((type) => within.has(type)).map(told);
    });

  return definitions
    .flatMap((definition) => {
      if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
      const root = schema.getRootType(definition.operation);
      if (!root) return [];
      const selections = selectionsOf(definition.selectionSet, root);
      return [print({ ...definition, selectionSet: { kind: Kind.SELECTION_SET, selections } })];
    })
    .join('\n');
};
