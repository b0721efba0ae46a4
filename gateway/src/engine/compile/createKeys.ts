import { print, type FieldNode } from 'graphql';

/**
 * The keys under which an operation's data is kept while it is answered. A field with an alias or with arguments is
 * asked for under an alias of ours: a client's alias may be the name of a field that an entity is found by
 * (`{ products { id: name } }`), or mean different things for different types, and a `@requires` may need a field with
 * other arguments than the client's. Planners go wrong there. The writer gives the client its own names back.
 */
export type Keys = Readonly<{
  of: (field: FieldNode) => string;
  /** What the client calls a key. */
  clientKey: (key: string) => string;
}>;

export const createKeys = (): Keys => {
  const keys = new Map<string, string>();
  const clientKeys = new Map<string, string>();
  const known = new WeakMap<FieldNode, string>();
  return {
    of: (field) => {
      const seen = known.get(field);
      if (seen !== undefined) return seen;
      const name = field.name.value;
      const alias = field.alias?.value ?? name;
      let key = name;
      // What an object is, it is under every name.
      if (name !== '__typename' && (alias !== name || field.arguments?.length)) {
        // Fields of one object with one alias are the same field with the same arguments, or validation failed.
        const identity = `${alias} ${name} ${field.arguments?.map(print).toSorted().join(' ') ?? ''}`;
        key = keys.get(identity) ?? `_a${keys.size}`;
        keys.set(identity, key);
        clientKeys.set(key, alias);
      }
      known.set(field, key);
      return key;
    },
    clientKey: (key) => clientKeys.get(key) ?? key,
  };
};
