import { Kind, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';
import type { TypeNames } from '../../engine/compile/typeNames.ts';
import { own } from '../../engine/compile/values.ts';
import type { EntityGroup, PlanNode, Requirement } from '../../engine/planner/plan.ts';
import type { CacheSchema, CacheType } from '../hints/readCacheSchema.ts';
import { createLevelCompiler, type LevelCompiler } from './compileLevel.ts';
import type { Keeping, KeptGroup, Level } from './keeping.ts';

/** A request of a plan. */
export type FetchNode = Extract<PlanNode, { kind: 'fetch' | 'entities' }>;

/**
 * What may be kept of the answers to a request; null when nothing may. What a planner rewrites on its way in or out is
 * left alone: it is rare, and an answer is then not what its selection says.
 *
 * @param version of the supergraph: nothing that was kept under another one is found
 */
export const compileKeeping = (
  schema: CacheSchema,
  types: TypeNames,
  version: string,
  node: FetchNode,
): Keeping | null => {
  const { document, kind, subgraph } = node.request;
  if (kind !== 'query' || isRewritten(node)) return null;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const query = schema.types.get(schema.roots.query ?? '');
  if (operation?.kind !== Kind.OPERATION_DEFINITION || !query) return null;
  const compiler = createLevelCompiler(schema, fragments);
  const root = node.kind === 'fetch' ? compiler.type(query, [operation.selectionSet], 0, true) : null;
  const groups =
    node.kind === 'fetch'
      ? []
      : node.groups.map((group) =>
          compileGroup(schema, types, compiler, group, entitiesOf(operation.selectionSet, group.key)),
        );
  if (!compiler.keepsAny()) return null;
  const kept = root === null ? groups.flatMap(({ level }) => [...level.types.values()]) : [root];
  return {
    space: `${version}\n${subgraph}\n`,
    root,
    groups,
    audiences: compiler.audiences,
    recallable: kept.some(({ isWhole }) => isWhole),
  };
};

const isRewritten = (node: FetchNode): boolean =>
  node.kind === 'fetch'
    ? node.outputRewrites.length > 0
    : node.groups.some(
        ({ inputRewrites, outputRewrites, contexts }) =>
          inputRewrites.length + outputRewrites.length + contexts.length > 0,
      );

/** What is selected of entities under a key. */
const entitiesOf = ({ selections }: SelectionSetNode, key: string): readonly SelectionSetNode[] =>
  selections.flatMap((selection) =>
    selection.kind === Kind.FIELD && (selection.alias ?? selection.name).value === key && selection.selectionSet
      ? [selection.selectionSet]
      : [],
  );

const compileGroup = (
  schema: CacheSchema,
  types: TypeNames,
  compiler: LevelCompiler,
  { requires }: EntityGroup,
  selections: readonly SelectionSetNode[],
): KeptGroup => {
  const asked = new Set(requires.flatMap((one) => (one.kind === 'fragment' ? [...types.within([one.type])] : [])));
  const objects = [...asked].flatMap((name): CacheType[] => {
    const type = schema.types.get(name);
    return type?.kind === 'object' ? [type] : [];
  });
  const level: Level = {
    only: null,
    types: new Map(objects.map((type) => [type.name, compiler.type(type, selections, type.hint?.maxAge ?? 0, true)])),
    absent: [],
  };
  const named = new Map(objects.map((type) => [type.name, namingOf(type, requires, types)]));
  return {
    level,
    nameOf: (object, representation) => {
      const type = object['__typename'];
      const naming = typeof type === 'string' ? named.get(type) : undefined;
      if (typeof type !== 'string' || !naming) return null;
      if (naming.key === null) return { type, id: representation, key: null };
      const key = naming.key.map((name) => own(object, name));
      if (key.some((part) => part === undefined || part === null)) return null;
      return { type, id: naming.isAll ? JSON.stringify(key) : representation, key };
    },
  };
};

/** How a representation names its entity. */
type Naming = Readonly<{
  /** Where the values of the key are; null when the subgraph is told another key. */
  key: readonly string[] | null;
  /** Whether it is told nothing else. Whatever else it is told, its answer may depend on. */
  isAll: boolean;
}>;

const namingOf = (type: CacheType, requires: readonly Requirement[], types: TypeNames): Naming | null => {
  if (type.key === null) return null;
  const told = new Map<string, string | null>();
  const collect = (all: readonly Requirement[]): void => {
    for (const one of all) {
      if (one.kind === 'field') told.set(one.to, one.selections === null ? one.from : null);
      else if (types.within([one.type]).has(type.name)) collect(one.selections);
    }
  };
  collect(requires);
  told.delete('__typename');
  const key = type.key.map((part) => told.get(part) ?? null);
  const isThere = key.every((from) => from !== null);
  return { key: isThere ? key.filter((from) => from !== null) : null, isAll: isThere && told.size === key.length };
};
