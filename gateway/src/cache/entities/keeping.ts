import type { Variables } from '../../engine/compile/compileVariables.ts';
import type { Data } from '../../engine/compile/values.ts';
import type { Audience } from '../response/cacheKey.ts';

/** What may be kept of the answers to one request of a compiled operation, and how it is found again. */
export type Keeping = Readonly<{
  /** The beginning of every name that a record of these answers has: the supergraph, and the subgraph. */
  space: string;
  /** The root's fields, as those of a record of their own; null for entities. */
  root: KeptType | null;
  groups: readonly KeptGroup[];
  /** For whom: fields say which of them by its index. */
  audiences: readonly Audience[];
  /** Whether everything asked for may be kept, so that it can be answered without asking. */
  recallable: boolean;
}>;

/** The entities of one `_entities` field. */
export type KeptGroup = Readonly<{
  level: Level;
  /** What the entity is called that a representation was made from; null when it has no name. */
  nameOf: (object: Data, representation: string) => EntityName | null;
}>;

export type EntityName = Readonly<{
  type: string;
  /** Its own among the entities of its type: of the key, or of everything that the subgraph is told of it. */
  id: string;
  /** The values of the key that tags are made of; null when only the answer can tell. */
  key: readonly unknown[] | null;
}>;

/** What can be at a place in an answer. */
export type Level = Readonly<{
  /** When there can be only one type; else an object says which it is. */
  only: KeptType | null;
  types: ReadonlyMap<string, KeptType>;
  /** The tags of a null here: those that are bumped when there is something. */
  absent: readonly string[];
}>;

export type KeptType = Readonly<{
  name: string;
  /** The fields that name an entity for tags; null for what is no entity. Empty: it has no name, and is not kept. */
  key: readonly string[] | null;
  /** Whether it has a record of its own, and what holds it only its name. */
  apart: boolean;
  /** Whether all of it may be kept, so that it can be there. */
  isWhole: boolean;
  fields: readonly KeptField[];
}>;

export type KeptField = Readonly<{
  /** In the answer. */
  key: string;
  /** Which field with which arguments; `__typename` is the type's name. */
  identity: (variables: Variables) => string;
  /** Null for a leaf. */
  inner: Level | null;
  /** What is selected inside. */
  shape: string;
  /** Seconds; 0: not kept in a record. Of no meaning inside an object that has no record. */
  maxAge: number;
  audience: number;
  /** The tags of what is inside, whatever it is. */
  tags: readonly string[];
}>;
