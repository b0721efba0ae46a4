import { Kind, type DocumentNode } from 'graphql';

/** Which types of a supergraph are within which: known at compile time, so that at run time it is a look-up. */
export type TypeNames = Readonly<{
  /** The names given, and every object type or interface that is or implements or belongs to one of them. */
  within: (names: readonly string[]) => ReadonlySet<string>;
  /** The object types: what `__typename` can say in the end. */
  objects: ReadonlySet<string>;
}>;

/** Reads them from the supergraph SDL: all of them, those too that clients do not see. */
export const createTypeNames = (supergraph: DocumentNode): TypeNames => {
  const direct = new Map<string, Set<string>>();
  const objects = new Set<string>();
  const add = (whole: string, part: string) => {
    const parts = direct.get(whole) ?? new Set();
    direct.set(whole, parts.add(part));
  };
  for (const definition of supergraph.definitions) {
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION) objects.add(definition.name.value);
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION) {
      for (const { name } of definition.interfaces ?? []) add(name.value, definition.name.value);
    }
    if (definition.kind === Kind.UNION_TYPE_DEFINITION) {
      for (const { name } of definition.types ?? []) add(definition.name.value, name.value);
    }
  }
  return {
    // An interface names the interfaces it implements and so does its implementation: one level holds them all.
    within: (names) => new Set(names.flatMap((name) => [name, ...(direct.get(name) ?? [])])),
    objects,
  };
};
