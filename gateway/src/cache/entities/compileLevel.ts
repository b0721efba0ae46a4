import { Kind, print, type FieldNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';
import { leaveOf, type Leave } from '../hints/leaveOf.ts';
import type { CacheField, CacheSchema, CacheType } from '../hints/readCacheSchema.ts';
import type { Audience } from '../response/cacheKey.ts';
import { listTag, looseTypes, typeTag } from '../tags/compileTags.ts';
import { compileIdentity } from './fieldIdentity.ts';
import type { KeptField, KeptType, Level } from './keeping.ts';

/** Compiles what may be kept of selections of one request. */
export type LevelCompiler = Readonly<{
  /** @param around how long the object lives: the age of its fields that have no hint */
  type: (type: CacheType, selections: readonly SelectionSetNode[], around: number, apart: boolean) => KeptType;
  audiences: readonly Audience[];
  /** Whether anything that was compiled may be kept. */
  keepsAny: () => boolean;
}>;

/** What is found out of one field and everything inside that has no record of its own. */
type Found = {
  age: number;
  isPrivate: boolean;
  readonly permissions: Set<string>;
  readonly tags: Set<string>;
  /** Whether all of what has a record of its own may be kept. */
  isWhole: boolean;
};

/** A field of a selection, and the types on which it is selected. */
type Selected = { readonly nodes: FieldNode[]; readonly on: Set<CacheType> };

export const createLevelCompiler = (
  schema: CacheSchema,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): LevelCompiler => {
  const audiences: Audience[] = [];
  const loose = looseTypes(schema);
  let any = false;

  const audienceOf = ({ isPrivate, permissions }: Found): number => {
    const audience: Audience = { scope: isPrivate ? 'PRIVATE' : 'PUBLIC', permissions: [...permissions].toSorted() };
    const there = audiences.findIndex(
      ({ scope, permissions: some }) => scope === audience.scope && some.join() === audience.permissions.join(),
    );
    return there >= 0 ? there : audiences.push(audience) - 1;
  };

  const restrict = (found: Found, { age, hints, guarded }: Leave): void => {
    found.age = Math.min(found.age, age);
    if (guarded) found.isPrivate = true;
    for (const hint of hints) {
      if (hint?.scope === 'PRIVATE') found.isPrivate = true;
      for (const permission of hint?.permissions ?? []) found.permissions.add(permission);
    }
  };

  /** The fields that objects of a type have, by their key in the answer. */
  const collect = (type: CacheType, sets: readonly SelectionSetNode[]): Map<string, Selected> => {
    const fields = new Map<string, Selected>();
    const walk = ({ selections }: SelectionSetNode, on: CacheType): void => {
      for (const selection of selections) {
        if (selection.kind === Kind.FIELD) {
          const key = (selection.alias ?? selection.name).value;
          const field = fields.get(key) ?? { nodes: [], on: new Set() };
          field.nodes.push(selection);
          field.on.add(on);
          fields.set(key, field);
        } else {
          const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
          const condition = fragment?.typeCondition ? schema.types.get(fragment.typeCondition.name.value) : on;
          if (fragment && condition?.possible.includes(type.name)) walk(fragment.selectionSet, condition);
        }
      }
    };
    for (const set of sets) walk(set, type);
    return fields;
  };

  /** A field of an object; what it says of all that has no record of its own goes into `found`. */
  const fieldOf = (type: CacheType, key: string, { nodes, on }: Selected, around: number, found: Found): KeptField => {
    const [node] = nodes;
    if (node === undefined) throw new Error('A field was selected somewhere.');
    const name = node.name.value;
    const own = [type, ...on].flatMap((one) => one.fields.get(name) ?? []);
    const leaves = own.map((field) => leaveOf(schema, field, around));
    // What is not in the supergraph, or has conditions, has nobody's leave.
    const conditions = nodes.some(({ directives }) => directives?.length);
    if (own.length === 0 || conditions) restrict(found, { age: 0, hints: [], guarded: false });
    for (const leave of leaves) restrict(found, leave);
    const age = Math.min(...leaves.map((leave) => leave.age));
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    const inner = own[0] && sets.length > 0 ? levelOf(own[0], sets, age, found) : null;
    if (inner === null && sets.length > 0) found.age = 0;
    return {
      key,
      identity: compileIdentity(node),
      inner,
      shape: sets.map((set) => print(set)).join(''),
      maxAge: 0,
      audience: 0,
      tags: [],
    };
  };

  const levelOf = (field: CacheField, sets: readonly SelectionSetNode[], age: number, found: Found): Level | null => {
    const position = schema.types.get(field.type);
    if (!position) return null;
    const possible = position.possible.flatMap((name) => schema.types.get(name) ?? []);
    const isTyped = position.kind === 'object' || possible.every((type) => collect(type, sets).has('__typename'));
    // Without the type's name nobody could tell what an object is.
    if (!isTyped) found.age = 0;
    for (const type of possible) {
      if (type.isEntity || loose.has(type.name)) found.tags.add(typeTag(type.name));
      if (type.isEntity && field.list) found.tags.add(listTag(type.name));
    }
    const types = new Map(possible.map((type) => [type.name, innerType(type, sets, age, found)]));
    const [only] = types.values();
    if ([...types.values()].every(({ key }) => key?.length === 0)) found.age = 0;
    if ([...types.values()].some((type) => type.apart && !type.isWhole)) found.isWhole = false;
    return {
      only: only !== undefined && position.kind === 'object' ? only : null,
      types,
      absent: possible.filter(({ isEntity }) => isEntity).map(({ name }) => listTag(name)),
    };
  };

  const innerType = (type: CacheType, sets: readonly SelectionSetNode[], age: number, found: Found): KeptType => {
    const own = type.hint?.maxAge ?? 0;
    const names = collect(type, sets);
    const isNamed = type.key !== null && type.key.every((part) => isPlain(names.get(part), part));
    if (type.isEntity && own > 0 && isNamed) return typeOf(type, sets, own, true);
    const fields = [...names].flatMap(([key, field]) =>
      key === '__typename' ? [] : [fieldOf(type, key, field, age, found)],
    );
    // Without a name it cannot be invalidated, so what holds it is not kept.
    const key = type.isEntity ? (isNamed && type.key !== null ? type.key : []) : null;
    return { name: type.name, key, apart: false, isWhole: true, fields: withTypename(names, fields) };
  };

  const typeOf = (type: CacheType, sets: readonly SelectionSetNode[], around: number, apart: boolean): KeptType => {
    const names = collect(type, sets);
    let isWhole = true;
    const fields = [...names].flatMap(([key, selected]) => {
      if (key === '__typename') return [];
      const found: Found = {
        age: Infinity,
        isPrivate: false,
        permissions: new Set(),
        tags: new Set(),
        isWhole: true,
      };
      // The object's own hint counts for each of its fields.
      restrict(found, { age: Infinity, hints: [type.hint], guarded: type.guarded });
      const field = fieldOf(type, key, selected, around, found);
      const maxAge = Number.isFinite(found.age) ? found.age : 0;
      if (maxAge > 0) any = true;
      isWhole &&= maxAge > 0 && found.isWhole;
      return [{ ...field, maxAge, audience: audienceOf(found), tags: [...found.tags] }];
    });
    const key = type.isEntity ? (type.key ?? []) : null;
    return { name: type.name, key, apart, isWhole, fields: withTypename(names, fields) };
  };

  return { type: typeOf, audiences, keepsAny: () => any };
};

/** Whether a field of the key is there under its own name. */
const isPlain = (selected: Selected | undefined, name: string): boolean =>
  selected?.nodes[0]?.name.value === name && !selected.nodes[0].arguments?.length;

const withTypename = (names: ReadonlyMap<string, Selected>, fields: readonly KeptField[]): readonly KeptField[] =>
  names.has('__typename')
    ? [
        ...fields,
        {
          key: '__typename',
          identity: () => '__typename',
          inner: null,
          shape: '',
          maxAge: Infinity,
          audience: 0,
          tags: [],
        },
      ]
    : fields;
