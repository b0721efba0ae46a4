import type { Variables } from '../../engine/compile/compileVariables.ts';
import { isData, own, type Data } from '../../engine/compile/values.ts';
import { entityTag, mostTags, typeTag } from '../tags/compileTags.ts';
import type { Stamp } from '../tags/createTagView.ts';
import type { EntityName, KeptField, KeptType, Level } from './keeping.ts';
import { nameOfRecord, rootId, set } from './recall.ts';
import { reference, type KeptValue, type Part } from './records.ts';

/** One answer that is taken apart. */
export type Remembering = Readonly<{
  stamp: Stamp;
  escapes: boolean;
  ascii: boolean;
  variables: Variables;
  spaces: readonly string[];
  now: number;
  believedUntil: number;
  /** Is given what belongs into records, by their names. */
  found: Map<string, (readonly [identity: string, value: KeptValue])[]>;
}>;

/** The fields of a query's root. Their tags are those of what they answer. */
export const rememberRoot = (remembering: Remembering, type: KeptType, data: Data): void =>
  rememberFields(remembering, type, rootId, data, []);

/** An entity that a subgraph was asked about. */
export const rememberEntity = (remembering: Remembering, level: Level, name: EntityName, data: Data): void => {
  const type = level.types.get(name.type);
  const key = type && (name.key ?? keyOf(type, data));
  if (!type || !key) return;
  rememberFields(remembering, type, name.id, data, [typeTag(type.name), entityTag(type.name, key)]);
};

const rememberFields = (
  remembering: Remembering,
  type: KeptType,
  id: string,
  data: Data,
  names: readonly string[],
): void => {
  const partOf = (tags: readonly string[]): Part => {
    const { stamp, escapes, ascii } = remembering;
    return { memory: stamp.memory, good: stamp.good, tags, checked: 0, escapes, ascii };
  };
  let common: Part | undefined;
  for (const field of type.fields) {
    if (field.key === '__typename') continue;
    const answered = own(data, field.key);
    if (answered === undefined) continue;
    const tags = new Set<string>();
    const value = field.inner === null ? answered : takeApart(remembering, field.inner, answered, tags);
    if (value === undefined || field.maxAge === 0) continue;
    for (const tag of field.tags) tags.add(tag);
    if (tags.size + names.length > mostTags) continue;
    const part = tags.size === 0 ? (common ??= partOf(names)) : partOf([...names, ...tags]);
    const space = remembering.spaces[field.audience] ?? '';
    keep(remembering, nameOfRecord(space, type.name, id, field, remembering.variables), field, value, part);
  }
};

const keep = (
  { found, variables, now, believedUntil }: Remembering,
  name: string,
  field: KeptField,
  value: unknown,
  part: Part,
): void => {
  const values = found.get(name) ?? [];
  found.set(name, values);
  const until = now + field.maxAge * 1_000;
  values.push([field.identity(variables), { value, shape: field.shape, until, part, believedUntil }]);
};

/**
 * A value as it is kept: what has a record of its own is put there, and only its name stays.
 *
 * @param tags is given the names of all entities in it
 * @returns undefined when there is something in it that has no name
 */
const takeApart = (remembering: Remembering, level: Level, value: unknown, tags: Set<string>): unknown => {
  if (Array.isArray(value)) {
    const items = value.map((item) => takeApart(remembering, level, item, tags));
    return items.includes(undefined) ? undefined : items;
  }
  if (value === null) {
    for (const tag of level.absent) tags.add(tag);
    return null;
  }
  if (!isData(value)) return undefined;
  const type = level.only ?? level.types.get(String(value['__typename']));
  if (type === undefined) return undefined;
  const key = type.key === null ? null : keyOf(type, value);
  if (type.key !== null && key === null) return undefined;
  if (key !== null) tags.add(entityTag(type.name, key));
  const kept: Data = level.only === null ? { __typename: type.name } : {};
  if (type.apart && key !== null) {
    const id = JSON.stringify(key);
    rememberFields(remembering, type, id, value, [typeTag(type.name), entityTag(type.name, key)]);
    kept[reference] = id;
    return kept;
  }
  let isComplete = true;
  for (const field of type.fields) {
    if (field.key === '__typename') continue;
    const answered = own(value, field.key);
    const inside = field.inner === null ? answered : takeApart(remembering, field.inner, answered, tags);
    if (inside === undefined) isComplete = false;
    else set(kept, field.identity(remembering.variables), inside);
  }
  return isComplete ? kept : undefined;
};

/** The values of the fields that name an entity; null when one is not there. */
const keyOf = ({ key }: KeptType, data: Data): readonly unknown[] | null => {
  if (key === null || key.length === 0) return null;
  const parts = key.map((part) => own(data, part));
  return parts.every((part) => part !== undefined && part !== null) ? parts : null;
};
