import {
  Kind,
  OperationTypeNode,
  print,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  visit,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { isForbidden } from '../../authorization/forbidden.ts';
import type { Keys } from './createKeys.ts';
import { groupBy } from './groupBy.ts';
import { rootFields, type Specialised } from './specialise.ts';
import type { TypeNames } from './typeNames.ts';

type Given = Readonly<{
  schema: GraphQLSchema;
  keys: Keys;
  types: TypeNames;
  /** What is asked for of every object beside what the client wants. */
  besides?: ((type: GraphQLNamedType | undefined) => readonly SelectionNode[]) | undefined;
}>;
type Context = Given & Pick<Specialised, 'fragments'>;

/**
 * The texts to plan for an operation, in the order in which they run, one after the other: one text, or none when
 * there is nothing to fetch, or for a mutation with several fields one for each, since the next may only begin when
 * the one before has everything it selects (GraphQL specification, section 6.2.2).
 *
 * Introspection and the root's `__typename` are answered here and not planned.
 *
 * @param deferring whether it has `@defer`; then it has no named fragments
 */
export const textsToPlan = (specialised: Specialised, given: Given, deferring = false): readonly string[] => {
  const { operation, fragments } = specialised;
  const context = { ...given, fragments };
  const fields = rootFields(specialised).filter((field) => !field.name.value.startsWith('__') && !isForbidden(field));
  if (fields.length === 0) return [];
  if (operation.operation !== OperationTypeNode.MUTATION) {
    // Fragments of the root matter only when they are deferred.
    const selections = deferring ? withoutIntrospection(operation.selectionSet.selections) : fields;
    return [textOf(operation, selections, context)];
  }
  const byKey = groupBy(fields, (field) => context.keys.of(field));
  return [...byKey.values()].map((group) => textOf(operation, group, context));
};

const withoutIntrospection = (selections: readonly SelectionNode[]): readonly SelectionNode[] =>
  selections.flatMap((selection): readonly SelectionNode[] => {
    if (selection.kind === Kind.FIELD) return selection.name.value.startsWith('__') ? [] : [selection];
    if (selection.kind === Kind.FRAGMENT_SPREAD) return [selection];
    const inside = withoutIntrospection(selection.selectionSet.selections);
    return inside.length === 0
      ? []
      : [{ ...selection, selectionSet: { ...selection.selectionSet, selections: inside } }];
  });

const textOf = (operation: OperationDefinitionNode, fields: readonly SelectionNode[], context: Context): string => {
  const { schema, fragments } = context;
  const root = schema.getRootType(operation.operation) ?? undefined;
  const all: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: fields };
  const selectionSet = planned(all, root, objectsOf(root, schema), context);
  const used = new Map<string, FragmentDefinitionNode>();
  const variables = new Set<string>();
  const collect = (node: SelectionSetNode): void => {
    visit(node, {
      Variable: ({ name }) => void variables.add(name.value),
      FragmentSpread: ({ name: { value } }) => {
        const fragment = fragments.get(value);
        if (fragment === undefined || used.has(value)) return;
        const type = schema.getType(fragment.typeCondition.name.value);
        const inside = planned(fragment.selectionSet, type, objectsOf(type, schema), context);
        used.set(value, { ...fragment, selectionSet: inside });
        collect(inside);
      },
    });
  };
  collect(selectionSet);
  const { name: _, directives: _1, ...rest } = operation;
  const wanted: OperationDefinitionNode = {
    ...rest,
    selectionSet,
    variableDefinitions: (operation.variableDefinitions ?? []).filter(({ variable }) =>
      variables.has(variable.name.value),
    ),
  };
  return print({ kind: Kind.DOCUMENT, definitions: [wanted, ...used.values()] });
};

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/**
 * The selection with our keys, and without fragments inside fragments that no type can meet: planners leave out an
 * object of which nothing else is selected, but it has to be in the answer.
 *
 * @param possible the object types that there can be here
 */
const planned = (
  { selections, ...set }: SelectionSetNode,
  parent: GraphQLNamedType | undefined,
  possible: ReadonlySet<string>,
  context: Context,
): SelectionSetNode => {
  const { schema, keys } = context;
  const kept = selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return selectsAny([selection], possible, context) ? [selection] : [];
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition && schema.getType(selection.typeCondition.name.value);
      const within = condition ? objectsOf(condition, schema) : possible;
      const both = intersection(possible, within);
      if (both.size === 0) return [];
      return [{ ...selection, selectionSet: planned(selection.selectionSet, condition ?? parent, both, context) }];
    }
    if (isForbidden(selection)) return [];
    const name = selection.name.value;
    const key = keys.of(selection);
    const { alias: _, selectionSet, ...field } = selection;
    const type = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name]?.type : undefined;
    const named = type && getNamedType(type);
    return [
      {
        ...field,
        ...(key !== name && { alias: { kind: Kind.NAME, value: key } }),
        ...(selectionSet && { selectionSet: whole(selectionSet, named, context) }),
      },
    ];
  });
  // Of a union's member that no fragment is about nothing is selected. (An interface's type may cost a fetch.)
  const only = isUnionType(parent) && kept.every(({ kind }) => kind !== Kind.FIELD);
  return { ...set, selections: only || kept.length === 0 || hides(parent, context) ? [typename, ...kept] : kept };
};

/** Whether an interface has members that clients must not see: then it matters what an object is. */
const hides = (type: GraphQLNamedType | undefined, { schema, types }: Context): boolean =>
  isInterfaceType(type) &&
  [...types.within([type.name])].some((name) => types.objects.has(name) && schema.getType(name) === undefined);

/** Whether any field is selected of any of these types, in fragments within fragments too. */
const selectsAny = (selections: readonly SelectionNode[], possible: ReadonlySet<string>, context: Context): boolean =>
  selections.some((selection) => {
    if (selection.kind === Kind.FIELD) return true;
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : context.fragments.get(selection.name.value);
    if (fragment === undefined) return false;
    const condition = fragment.typeCondition && context.schema.getType(fragment.typeCondition.name.value);
    const within = condition ? intersection(possible, objectsOf(condition, context.schema)) : possible;
    return within.size > 0 && selectsAny(fragment.selectionSet.selections, within, context);
  });

const intersection = (some: ReadonlySet<string>, others: ReadonlySet<string>): ReadonlySet<string> =>
  new Set([...some].filter((name) => others.has(name)));

/** The selection of a field, with what is asked for besides. */
const whole = (set: SelectionSetNode, type: GraphQLNamedType | undefined, context: Context): SelectionSetNode => {
  const inside = planned(set, type, objectsOf(type, context.schema), context);
  const besides = context.besides?.(type) ?? [];
  return besides.length === 0 ? inside : { ...inside, selections: [...inside.selections, ...besides] };
};

const objectsOf = (type: GraphQLNamedType | undefined, schema: GraphQLSchema): ReadonlySet<string> => {
  if (isAbstractType(type)) return new Set(schema.getPossibleTypes(type).map(({ name }) => name));
  return new Set(type === undefined ? [] : [type.name]);
};
