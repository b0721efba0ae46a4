import { Kind, type DocumentNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';
import type { EntityGroup, PathSegment, Requirement, Rewrite } from '../planner/plan.ts';

/** The keys that an answer can have at one level, of any type; null for a leaf. */
export type Shape = Map<string, Shape | null>;

/** The shape of a request's answer, after its output rewrites. */
export const shapeOfDocument = (document: DocumentNode): Shape => {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  return operation?.kind === Kind.OPERATION_DEFINITION ? shapeOf(operation.selectionSet, fragments) : new Map();
};

/** The shape of what a selection asks for. */
export const shapeOf = (
  selectionSet: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): Shape => {
  const shape: Shape = new Map();
  add(shape, selectionSet, fragments);
  return shape;
};

const add = (
  shape: Shape,
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): void => {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      const key = (selection.alias ?? selection.name).value;
      if (selection.selectionSet === undefined) {
        shape.set(key, shape.get(key) ?? null);
      } else {
        const inner = shape.get(key) ?? new Map();
        shape.set(key, inner);
        add(inner, selection.selectionSet, fragments);
      }
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      add(shape, selection.selectionSet, fragments);
    } else {
      const fragment = fragments.get(selection.name.value);
      if (fragment !== undefined) add(shape, fragment.selectionSet, fragments);
    }
  }
};

/** Gives what is renamed a place under its new name; the old one may stay, of other types. */
export const renameInShape = (shape: Shape, rewrites: readonly Rewrite[]): void => {
  for (const rewrite of rewrites) {
    const keys = rewrite.path.flatMap((segment) => (segment.kind === 'key' ? [segment.name] : []));
    const last = keys.pop();
    let level: Shape | null | undefined = shape;
    for (const key of keys) level = level?.get(key);
    if (!level || last === undefined) continue;
    if (rewrite.kind === 'set') {
      level.set(last, level.get(last) ?? null);
    } else {
      const moved = level.get(last) ?? null;
      const there = level.get(rewrite.to);
      if (moved && there) for (const [key, inner] of moved) there.set(key, inner);
      else level.set(rewrite.to, moved ?? there ?? null);
    }
  }
};

/** Every path of a shape, as keys joined with dots. */
export const pathsOfShape = (shape: Shape, prefix: string, paths: Set<string>): void => {
  for (const [key, inner] of shape) {
    const path = `${prefix}.${key}`;
    paths.add(path);
    if (inner !== null) pathsOfShape(inner, path, paths);
  }
};

/** Adds every path that a group reads at a place; returns that place as a path. */
export const pathsRead = (
  { requires, contexts }: Pick<EntityGroup, 'requires' | 'contexts'>,
  place: readonly PathSegment[],
  paths: Set<string>,
): string => {
  let prefix = '';
  for (const segment of place) {
    if (segment.kind === 'field') prefix += `.${segment.name}`;
    paths.add(segment.kind === 'field' ? prefix : `${prefix}.__typename`);
  }
  required(requires, prefix, paths);
  for (const { up, path } of contexts) {
    let at = prefix.split('.').slice(0, -up).join('.');
    for (const segment of path) {
      if (segment.kind === 'key') paths.add((at += `.${segment.name}`));
    }
  }
  return prefix;
};

const required = (requires: readonly Requirement[], prefix: string, paths: Set<string>): void => {
  for (const one of requires) {
    if (one.kind === 'fragment') {
      paths.add(`${prefix}.__typename`);
      required(one.selections, prefix, paths);
    } else {
      paths.add(`${prefix}.${one.from}`);
      if (one.selections !== null) required(one.selections, `${prefix}.${one.from}`, paths);
    }
  }
};
