import type { Variables } from '../../engine/compile/compileVariables.ts';
import { isData, own, put, type Data } from '../../engine/compile/values.ts';
import type { KeptField, KeptType, Level } from './keeping.ts';
import { reference, type EntityRecord, type KeptValue } from './records.ts';

/** One look at what is kept. */
export type Recalling = {
  readonly records: Readonly<{ get: (name: string) => EntityRecord | undefined }>;
  readonly isTrue: (value: KeptValue) => boolean;
  /** The beginnings of the names of records, by audience. */
  readonly spaces: readonly string[];
  readonly variables: Variables;
  /** Is given the names of records that lack something. */
  readonly lacking: Set<string>;
  /** When the first of what was found is too old. */
  until: number;
  escapes: boolean;
  ascii: boolean;
};

/** The object with all fields that are asked for, as its subgraph would answer it; undefined when one is lacking. */
export const recallObject = (recalling: Recalling, type: KeptType, id: string): Data | undefined => {
  const data: Data = {};
  let isComplete = true;
  let audience = -1;
  let name = '';
  let record: EntityRecord | undefined;
  for (const field of type.fields) {
    if (field.key === '__typename') {
      data['__typename'] = type.name;
      continue;
    }
    if (field.audience !== audience || id === rootId) {
      audience = field.audience;
      name = nameOfRecord(recalling.spaces[audience] ?? '', type.name, id, field, recalling.variables);
      record = recalling.records.get(name);
    }
    const value = recallField(recalling, record, name, field);
    if (value === undefined) isComplete = false;
    else set(data, field.key, value);
  }
  return isComplete ? data : undefined;
};

/** The root has no id. Each of its fields, with its arguments, has a record of its own: there is no end to them. */
export const rootId = '';

export const nameOfRecord = (space: string, type: string, id: string, field: KeptField, variables: Variables): string =>
  `${space}\n${type}\n${id === rootId ? field.identity(variables) : id}`;

const recallField = (
  recalling: Recalling,
  record: EntityRecord | undefined,
  name: string,
  field: KeptField,
): unknown => {
  const lackingBefore = recalling.lacking.size;
  for (const kept of record?.get(field.identity(recalling.variables)) ?? []) {
    if (!recalling.isTrue(kept)) continue;
    const value = field.inner === null ? kept.value : recallValue(recalling, field.inner, kept.value);
    if (value === undefined) continue;
    recalling.until = Math.min(recalling.until, kept.until);
    recalling.escapes ||= kept.part.escapes;
    recalling.ascii &&= kept.part.ascii;
    return value;
  }
  // When only something that it names is lacking, it is not this record that others may have more of.
  if (recalling.lacking.size === lackingBefore) recalling.lacking.add(name);
  return undefined;
};

const recallValue = (recalling: Recalling, level: Level, kept: unknown): unknown => {
  if (Array.isArray(kept)) {
    let isComplete = true;
    const values = kept.map((item) => {
      const value = recallValue(recalling, level, item);
      if (value === undefined) isComplete = false;
      return value;
    });
    return isComplete ? values : undefined;
  }
  if (!isData(kept)) return kept;
  const type = level.only ?? level.types.get(String(kept['__typename']));
  if (type === undefined) return undefined;
  const id = kept[reference];
  if (typeof id === 'string') return type.apart ? recallObject(recalling, type, id) : undefined;
  const data: Data = {};
  for (const field of type.fields) {
    if (field.key === '__typename') {
      data['__typename'] = type.name;
      continue;
    }
    const inside = own(kept, field.identity(recalling.variables));
    const value = inside === undefined || field.inner === null ? inside : recallValue(recalling, field.inner, inside);
    if (value === undefined) return undefined;
    set(data, field.key, value);
  }
  return data;
};

/** What every object inherits can be a field's name too. */
export const set = (data: Data, key: string, value: unknown): void => {
  if (key in Object.prototype) put(data, key, value);
  else data[key] = value;
};
