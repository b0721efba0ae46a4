import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isUnionType,
  Kind,
  OperationTypeNode,
  type DirectiveNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Keys } from './createKeys.ts';
import type { Specialised } from './specialise.ts';

/** One fragment with `@defer`, where it stands in the operation. */
export type DeferredFragment = Readonly<{
  /** Ours, in the plan: the client's labels are its own affair. */
  id: string;
  /** The deferred fragment around it. */
  parent: string | null;
  /** The client's. */
  label: string | null;
  /** From the fragment around it, or from the root. */
  path: readonly DeferStep[];
  type: GraphQLCompositeType;
  /** Without the deferred fragments inside. */
  selectionSet: SelectionSetNode;
}>;

/** A step to where a fragment stands: a field, by the key in the answer and the key in the data, or what an object must be. */
export type DeferStep =
  Readonly<{ kind: 'field'; key: string; dataKey: string }> | Readonly<{ kind: 'type'; names: ReadonlySet<string> }>;

export type Deferral = Readonly<{
  /** What is answered first. */
  primary: Specialised;
  /** The whole operation with our labels, without named fragments: what is planned. */
  labelled: Specialised;
  fragments: readonly DeferredFragment[];
}>;

type Place = Readonly<{ parent: string | null; path: readonly DeferStep[] }>;
type Split = Readonly<{ now: readonly SelectionNode[]; labelled: readonly SelectionNode[] }>;

/**
 * Takes an operation with `@defer` apart. Its conditions are decided already. Named fragments are written out, since each
 * place where a fragment is deferred is a part of its own.
 */
export const separate = ({ operation, fragments: named }: Specialised, schema: GraphQLSchema, keys: Keys): Deferral => {
  const root = schema.getRootType(operation.operation);
  if (!root) throw new Error('The operation has a root type, or validation failed.');
  const found: DeferredFragment[] = [];
  let count = 0;

  const split = ({ selections }: SelectionSetNode, type: GraphQLCompositeType, place: Place): Split => {
    const parts = selections.map((selection): Split => {
      if (selection.kind === Kind.FIELD) {
        const { selectionSet } = selection;
        const field = isUnionType(type) ? undefined : type.getFields()[selection.name.value];
        const inner = field && getNamedType(field.type);
        if (selectionSet === undefined || !isCompositeType(inner)) return { now: [selection], labelled: [selection] };
        const dataKey = keys.of(selection);
        const step = { kind: 'field', key: (selection.alias ?? selection.name).value, dataKey } as const;
        const within = split(selectionSet, inner, { ...place, path: [...place.path, step] });
        const withSelections = (some: readonly SelectionNode[]) => ({
          ...selection,
          selectionSet: { ...selectionSet, selections: some },
        });
        return { now: [withSelections(within.now)], labelled: [withSelections(within.labelled)] };
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : named.get(selection.name.value);
      const condition = fragment?.typeCondition ? schema.getType(fragment.typeCondition.name.value) : type;
      if (fragment === undefined || !isCompositeType(condition)) return { now: [], labelled: [] };
      const path =
        condition === type
          ? place.path
          : [...place.path, { kind: 'type', names: objectsOf(condition, schema) } as const];
      const about = (directives: readonly DirectiveNode[], some: readonly SelectionNode[]): SelectionNode => ({
        kind: Kind.INLINE_FRAGMENT,
        directives,
        typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: condition.name } },
        selectionSet: { kind: Kind.SELECTION_SET, selections: some },
      });
      // Fields of a mutation run in their order: nothing of its root is deferred.
      const isFixed = operation.operation === OperationTypeNode.MUTATION && place.parent === null && type === root;
      const defer = isFixed ? undefined : selection.directives?.find(({ name }) => name.value === 'defer');
      if (defer === undefined) {
        const within = split(fragment.selectionSet, condition, { ...place, path });
        return { now: [about([], within.now)], labelled: [about([], within.labelled)] };
      }
      const index = count++;
      const id = `_d${index}`;
      const within = split(fragment.selectionSet, condition, { parent: id, path: [] });
      const { parent } = place;
      const selectionSet: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: within.now };
      found[index] = { id, parent, label: labelOf(defer), path, type: condition, selectionSet };
      return { now: [], labelled: [about([withLabel(id)], within.labelled)] };
    });
    return { now: parts.flatMap(({ now }) => now), labelled: parts.flatMap(({ labelled }) => labelled) };
  };

  const { now, labelled } = split(operation.selectionSet, root, { parent: null, path: [] });
  const withSelections = (selections: readonly SelectionNode[]): Specialised => ({
    operation: { ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections } },
    fragments: new Map(),
  });
  return { primary: withSelections(now), labelled: withSelections(labelled), fragments: found };
};

/** Whether a variant has anything left that is deferred. A mutation's own fields are never: they run in their order. */
export const isDeferring = ({ operation, fragments }: Specialised): boolean => {
  const within = ({ selections }: SelectionSetNode, isRoot: boolean): boolean =>
    selections.some((selection) => {
      if (selection.kind === Kind.FIELD)
        return selection.selectionSet !== undefined && within(selection.selectionSet, false);
      if (!isRoot && selection.directives?.some(({ name }) => name.value === 'defer')) return true;
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      return fragment !== undefined && within(fragment.selectionSet, isRoot);
    });
  return within(operation.selectionSet, operation.operation === OperationTypeNode.MUTATION);
};

const labelOf = ({ arguments: given }: DirectiveNode): string | null => {
  const value = given?.find(({ name }) => name.value === 'label')?.value;
  return value?.kind === Kind.STRING ? value.value : null;
};

const withLabel = (label: string): DirectiveNode => ({
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: 'defer' },
  arguments: [
    { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: 'label' }, value: { kind: Kind.STRING, value: label } },
  ],
});

const objectsOf = (type: GraphQLCompositeType, schema: GraphQLSchema): ReadonlySet<string> =>
  new Set(isAbstractType(type) ? schema.getPossibleTypes(type).map(({ name }) => name) : [type.name]);
