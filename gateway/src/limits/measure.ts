import { Kind, type DocumentNode, type SelectionSetNode } from 'graphql';

/** How large an operation is, with every fragment in the place where it is used. */
export type Measure = Readonly<{ depth: number; aliases: number; rootFields: number }>;

const nothing: Measure = { depth: 0, aliases: 0, rootFields: 0 };

/**
 * Measures the largest of a document's operations. The document need not be valid, since validation is what is to be
 * protected: unknown fragments are nothing, and one that contains itself is left to validation.
 *
 * What is asked of the schema itself is not measured: the usual introspection query is deep.
 */
export const measure = ({ definitions }: DocumentNode): Measure => {
  const fragments = new Map(
    definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [],
    ),
  );
  const known = new Map<string, Measure>();

  const ofFragment = (name: string): Measure => {
    const there = known.get(name);
    if (there !== undefined) return there;
    known.set(name, nothing);
    const fragment = fragments.get(name);
    const measured = fragment === undefined ? nothing : ofSet(fragment.selectionSet);
    known.set(name, measured);
    return measured;
  };

  const ofSet = ({ selections }: SelectionSetNode): Measure => {
    let [depth, aliases, rootFields] = [0, 0, 0];
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const name = selection.name.value;
        if (selection.alias !== undefined && selection.alias.value !== name) aliases += 1;
        rootFields += 1;
        const below = selection.selectionSet === undefined || isMeta(name) ? nothing : ofSet(selection.selectionSet);
        depth = Math.max(depth, below.depth + 1);
        aliases += below.aliases;
      } else {
        const inside =
          selection.kind === Kind.INLINE_FRAGMENT ? ofSet(selection.selectionSet) : ofFragment(selection.name.value);
        depth = Math.max(depth, inside.depth);
        aliases += inside.aliases;
        rootFields += inside.rootFields;
      }
    }
    return { depth, aliases, rootFields };
  };

  let largest = nothing;
  for (const definition of definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const one = ofSet(definition.selectionSet);
    largest = {
      depth: Math.max(largest.depth, one.depth),
      aliases: Math.max(largest.aliases, one.aliases),
      rootFields: Math.max(largest.rootFields, one.rootFields),
    };
  }
  return largest;
};

const isMeta = (name: string): boolean => name === '__schema' || name === '__type';
