import {
  Kind,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
  type TypeNode,
  type UnionTypeDefinitionNode,
} from 'graphql';

/** What `@cacheControl` says of a field or a type. */
export type CacheHint = Readonly<{
  /** Seconds; null: as long as the object around it. */
  maxAge: number | null;
  scope: 'PUBLIC' | 'PRIVATE';
  /** Permissions that make a difference to what is answered. */
  permissions: readonly string[];
}>;

export type CacheField = Readonly<{
  /** The named type. */
  type: string;
  list: boolean;
  hint: CacheHint | null;
  /** Some viewers are not shown it by the gateway. */
  guarded: boolean;
}>;

export type CacheType = Readonly<{
  name: string;
  kind: 'object' | 'interface' | 'union';
  fields: ReadonlyMap<string, CacheField>;
  hint: CacheHint | null;
  guarded: boolean;
  /** The fields that tell entities of the type apart; null when it is no entity, or none that we can name. */
  key: readonly string[] | null;
  isEntity: boolean;
  /** The object types that there can be. */
  possible: readonly string[];
}>;

/** What the cache has to know of a supergraph: the composite types by name. Whatever is not in it is a leaf. */
export type CacheSchema = Readonly<{
  types: ReadonlyMap<string, CacheType>;
  roots: Readonly<Record<'query' | 'mutation', string | null>>;
}>;

/** The age of a hint without a value: the architecture's `cache_ttl`. */
export const defaultMaxAge = 300;

type Definition = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode | UnionTypeDefinitionNode;

/** Reads hints, keys and types from the supergraph SDL: those too that clients do not see. */
export const readCacheSchema = (supergraph: DocumentNode): CacheSchema => {
  const definitions = supergraph.definitions.filter(
    (definition): definition is Definition =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
      definition.kind === Kind.INTERFACE_TYPE_DEFINITION ||
      definition.kind === Kind.UNION_TYPE_DEFINITION,
  );
  const types = new Map(
    definitions.map((definition): [string, CacheType] => {
      const { name, directives = [] } = definition;
      const keys = keysOf(directives);
      return [
        name.value,
        {
          name: name.value,
          kind: kinds[definition.kind],
          fields: new Map(
            definition.kind === Kind.UNION_TYPE_DEFINITION
              ? []
              : (definition.fields ?? []).map((field) => [field.name.value, readField(field)]),
          ),
          hint: readHint(directives),
          guarded: isGuarded(directives),
          key: chosenKey(keys),
          isEntity: keys.length > 0,
          possible: possibleOf(definition, definitions),
        },
      ];
    }),
  );
  const roots = supergraph.definitions.find(({ kind }) => kind === Kind.SCHEMA_DEFINITION);
  const rootOf = (operation: string): string | null =>
    (roots?.kind === Kind.SCHEMA_DEFINITION
      ? roots.operationTypes.find((one) => one.operation === (operation as typeof one.operation))?.type.name.value
      : undefined) ?? null;
  return { types, roots: { query: rootOf('query'), mutation: rootOf('mutation') } };
};

const kinds = {
  [Kind.OBJECT_TYPE_DEFINITION]: 'object',
  [Kind.INTERFACE_TYPE_DEFINITION]: 'interface',
  [Kind.UNION_TYPE_DEFINITION]: 'union',
} as const;

const readField = ({ type, directives = [] }: FieldDefinitionNode): CacheField => ({
  ...readType(type),
  hint: readHint(directives),
  guarded: isGuarded(directives),
});

const readType = (type: TypeNode): { type: string; list: boolean } => {
  if (type.kind === Kind.NAMED_TYPE) return { type: type.name.value, list: false };
  const inner = readType(type.type);
  return { type: inner.type, list: inner.list || type.kind === Kind.LIST_TYPE };
};

const possibleOf = (definition: Definition, all: readonly Definition[]): readonly string[] => {
  if (definition.kind === Kind.OBJECT_TYPE_DEFINITION) return [definition.name.value];
  if (definition.kind === Kind.UNION_TYPE_DEFINITION) return (definition.types ?? []).map(({ name }) => name.value);
  return all.flatMap((one) =>
    one.kind === Kind.OBJECT_TYPE_DEFINITION &&
    one.interfaces?.some(({ name }) => name.value === definition.name.value) === true
      ? [one.name.value]
      : [],
  );
};

/** The hint among directives; those of the subgraphs' schemas and those of the supergraph look alike. */
export const readHint = (directives: readonly ConstDirectiveNode[]): CacheHint | null => {
  const hint = directives.find(({ name }) => name.value === 'cacheControl');
  if (hint === undefined) return null;
  const given = new Map((hint.arguments ?? []).map(({ name, value }) => [name.value, value]));
  const [maxAge, scope, inherits, permissions] = ['maxAge', 'scope', 'inheritMaxAge', 'permissions'].map((name) =>
    given.get(name),
  );
  const inheriting = inherits?.kind === Kind.BOOLEAN && inherits.value;
  return {
    maxAge: maxAge?.kind === Kind.INT ? Math.max(Number(maxAge.value), 0) : inheriting ? null : defaultMaxAge,
    scope: scope?.kind === Kind.ENUM && scope.value === 'PRIVATE' ? 'PRIVATE' : 'PUBLIC',
    permissions:
      permissions?.kind === Kind.LIST
        ? permissions.values.flatMap((value) => (value.kind === Kind.STRING ? [value.value] : []))
        : [],
  };
};

const guards = new Set(['authenticated', 'requiresScopes', 'policy']);

const isGuarded = (directives: readonly ConstDirectiveNode[]): boolean =>
  directives.some(({ name }) => guards.has(name.value));

/** The keys of a type, once for each subgraph that has them (join specification, `@join__type`). */
const keysOf = (directives: readonly ConstDirectiveNode[]): readonly string[] =>
  directives.flatMap(({ name, arguments: given }) => {
    if (name.value !== 'join__type') return [];
    const key = given?.find((argument) => argument.name.value === 'key')?.value;
    return key?.kind === Kind.STRING ? [key.value] : [];
  });

/** The key that most subgraphs have, of those whose fields are leaves: entities must have one name everywhere. */
const chosenKey = (keys: readonly string[]): readonly string[] | null => {
  const counts = new Map<string, number>();
  for (const key of keys) if (/^\w+(\s+\w+)*$/.test(key)) counts.set(key, (counts.get(key) ?? 0) + 1);
  const [most] = [...counts].toSorted(([, one], [, other]) => other - one);
  return most === undefined ? null : most[0].split(/\s+/);
};
