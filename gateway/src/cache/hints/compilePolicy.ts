import {
  Kind,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { leaveOf, type Leave } from './leaveOf.ts';
import type { CacheField, CacheSchema, CacheType } from './readCacheSchema.ts';

/** How the answer to an operation may be kept. */
export type CachePolicy = Readonly<{
  /** Seconds; 0: not at all. */
  maxAge: number;
  scope: 'PUBLIC' | 'PRIVATE';
  /** Viewers who hold other ones of these see other things. Sorted. */
  permissions: readonly string[];
}>;

/**
 * The policy of an operation: the least age of all that it selects, PRIVATE when anything is. Conditions
 * (`@skip`, `@include`) make no difference.
 */
export const compilePolicy = (
  schema: CacheSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): CachePolicy => {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  let maxAge = Infinity;
  let isPrivate = false;
  const permissions = new Set<string>();

  const restrict = ({ age, hints, guarded }: Leave): void => {
    maxAge = Math.min(maxAge, age);
    if (guarded) isPrivate = true;
    for (const hint of hints) {
      if (hint?.scope === 'PRIVATE') isPrivate = true;
      for (const permission of hint?.permissions ?? []) permissions.add(permission);
    }
  };

  /** How long a field lives; what it says of viewers is noted. */
  const ageOf = (field: CacheField, around: number): number => {
    const leave = leaveOf(schema, field, around);
    restrict(leave);
    return leave.age;
  };

  const walk = (parent: CacheType, { selections }: SelectionSetNode, around: number): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const name = selection.name.value;
        if (name === '__typename') continue;
        const fields = fieldsOf(schema, parent, name);
        // Introspection, or nothing that we know.
        if (fields.length === 0) restrict({ age: 0, hints: [], guarded: false });
        const age = Math.min(...fields.map((field) => ageOf(field, around)));
        const type = fields[0] && schema.types.get(fields[0].type);
        if (selection.selectionSet && type) walk(type, selection.selectionSet, age);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition && schema.types.get(selection.typeCondition.name.value);
        walk(condition ?? parent, selection.selectionSet, around);
      } else {
        const fragment = fragments.get(selection.name.value);
        const condition = fragment && schema.types.get(fragment.typeCondition.name.value);
        if (fragment && condition) walk(condition, fragment.selectionSet, around);
      }
    }
  };

  const root = operation.operation === 'query' ? schema.types.get(schema.roots.query ?? '') : undefined;
  if (root === undefined) return { maxAge: 0, scope: 'PRIVATE', permissions: [] };
  walk(root, operation.selectionSet, 0);
  return {
    maxAge: Number.isFinite(maxAge) ? maxAge : 0,
    scope: isPrivate ? 'PRIVATE' : 'PUBLIC',
    permissions: [...permissions].toSorted(),
  };
};

/** A field as every type that there can be has it. */
const fieldsOf = (schema: CacheSchema, parent: CacheType, name: string): readonly CacheField[] => {
  const types =
    parent.kind === 'interface' ? [...parent.possible.map((one) => schema.types.get(one)), parent] : [parent];
  return types.flatMap((type) => type?.fields.get(name) ?? []);
};
