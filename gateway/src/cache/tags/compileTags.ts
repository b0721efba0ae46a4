import { Kind, type SelectionSetNode } from 'graphql';
import type { Keys } from '../../engine/compile/createKeys.ts';
import type { Specialised } from '../../engine/compile/specialise.ts';
import { isData, own, type Data } from '../../engine/compile/values.ts';
import type { CacheSchema, CacheType } from '../hints/readCacheSchema.ts';

/** The tags of an answer; null when something in it has no name, so that nobody could invalidate it. */
export type FindTags = (data: Data) => readonly string[] | null;

type Node = {
  /** The object types that can be here: of an entity the fields of its key, null for what is no entity. */
  readonly types: Map<string, readonly string[] | null>;
  readonly children: Map<string, Node>;
};

/** An answer with more tags than this is not kept. */
export const mostTags = 1_000;

const createNode = (): Node => ({ types: new Map(), children: new Map() });

/** The tag of a type: for people who want to invalidate everything with such a thing in it. */
export const typeTag = (type: string): string => type;
/** The tag of every list of a type: bumped when anything may have come, gone or moved. */
export const listTag = (type: string): string => `${type}:list`;
export const entityTag = (type: string, key: readonly unknown[]): string => `${type}:${key.map(String).join(',')}`;

/**
 * The tags of what a query answers: of every entity its own, of every list the list's, and of every type the type's.
 * Where there could be an entity and is none, it is the list's tag that will be bumped when there is one.
 */
export const compileReadTags = (schema: CacheSchema, { operation, fragments }: Specialised, keys: Keys): FindTags => {
  const constant = new Set<string>();
  const loose = looseTypes(schema);
  let nameless = false;

  const root = createNode();
  const build = buildTree(schema, fragments, keys, (type, list) => {
    if (type.isEntity || loose.has(type.name)) constant.add(typeTag(type.name));
    if (type.isEntity && list) constant.add(listTag(type.name));
    nameless ||= type.isEntity && type.key === null;
    return true;
  });
  const query = schema.types.get(schema.roots.query ?? '');
  if (query) build(query, operation.selectionSet, root);

  return (data) => {
    if (nameless) return null;
    const tags = new Set(constant);
    if (!collect(root, data, tags, true)) return null;
    return tags.size > mostTags ? null : [...tags];
  };
};

/**
 * The tags that a mutation bumps: of the entities that it returns, but not of what hangs on them. Every list of theirs
 * may have changed too.
 */
export const compileWriteTags = (schema: CacheSchema, { operation, fragments }: Specialised, keys: Keys): FindTags => {
  const loose = looseTypes(schema);
  const constant = new Set<string>();
  const root = createNode();
  const build = buildTree(schema, fragments, keys, (type) => {
    if (loose.has(type.name)) constant.add(typeTag(type.name));
    if (!type.isEntity) return true;
    constant.add(type.key === null ? typeTag(type.name) : listTag(type.name));
    return false;
  });
  const mutation = schema.types.get(schema.roots.mutation ?? '');
  if (mutation) build(mutation, operation.selectionSet, root);
  return (data) => {
    const tags = new Set(constant);
    collect(root, data, tags, false);
    return [...tags];
  };
};

type Build = (parent: CacheType, selections: SelectionSetNode, node: Node) => void;

/** @param enter is told every type that can be in the answer; what it says no to is not looked into */
const buildTree = (
  schema: CacheSchema,
  fragments: Specialised['fragments'],
  keys: Keys,
  enter: (type: CacheType, list: boolean) => boolean,
): Build => {
  const build: Build = (parent, { selections }, node) => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const field = fieldOf(schema, parent, selection.name.value);
        const type = field && schema.types.get(field.type);
        if (!type || !selection.selectionSet) continue;
        const key = keys.of(selection);
        const child = node.children.get(key) ?? createNode();
        node.children.set(key, child);
        let deeper = true;
        for (const name of type.possible) {
          const possible = schema.types.get(name);
          if (!possible) continue;
          child.types.set(name, possible.isEntity ? (possible.key ?? []) : null);
          if (!enter(possible, field.list)) deeper = false;
        }
        if (deeper) build(type, selection.selectionSet, child);
      } else {
        const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
        const condition = fragment?.typeCondition && schema.types.get(fragment.typeCondition.name.value);
        if (fragment) build(condition ?? parent, fragment.selectionSet, node);
      }
    }
  };
  return build;
};

const fieldOf = (schema: CacheSchema, parent: CacheType, name: string) =>
  parent.fields.get(name) ??
  parent.possible.flatMap((possible) => schema.types.get(possible)?.fields.get(name) ?? []).at(0);

/** @returns whether everything that should have a name has one */
const collect = (node: Node, value: unknown, tags: Set<string>, absent: boolean): boolean => {
  if (Array.isArray(value)) {
    let named = true;
    for (const item of value) if (!collect(node, item, tags, absent)) named = false;
    return named;
  }
  if (!isData(value)) {
    if (absent) for (const [type, key] of node.types) if (key !== null) tags.add(listTag(type));
    return true;
  }
  let named = true;
  if (node.types.size > 0) {
    const [only] = node.types.size === 1 ? node.types.keys() : [value['__typename']];
    const key = typeof only === 'string' ? node.types.get(only) : undefined;
    if (key === undefined) named = [...node.types.values()].every((one) => one === null);
    else if (key !== null) {
      const parts = key.map((part) => own(value, part));
      if (parts.length > 0 && parts.every((part) => part !== undefined && part !== null)) {
        tags.add(entityTag(String(only), parts));
      } else named = false;
    }
  }
  for (const [key, child] of node.children) if (!collect(child, own(value, key), tags, absent)) named = false;
  return named;
};

/**
 * Types that are no entities and that mutations return outside of entities. Nothing else can invalidate them, so they
 * have a tag for all of them; only those that may be kept at all.
 */
export const looseTypes = (schema: CacheSchema): ReadonlySet<string> => {
  const known = loose.get(schema);
  if (known) return known;
  const kept = new Set<string>();
  for (const type of schema.types.values()) {
    if (type.hint) for (const name of type.possible) kept.add(name);
    for (const field of type.fields.values()) {
      if (field.hint) for (const name of schema.types.get(field.type)?.possible ?? []) kept.add(name);
    }
  }
  const reached = new Set<string>();
  const reach = (type: CacheType | undefined): void => {
    if (!type || type.isEntity || reached.has(type.name)) return;
    reached.add(type.name);
    for (const name of type.possible) if (name !== type.name) reach(schema.types.get(name));
    for (const field of type.fields.values()) reach(schema.types.get(field.type));
  };
  reach(schema.types.get(schema.roots.mutation ?? ''));
  const found = new Set([...reached].filter((name) => kept.has(name)));
  loose.set(schema, found);
  return found;
};

const loose = new WeakMap<CacheSchema, ReadonlySet<string>>();
