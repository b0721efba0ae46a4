import type { Tagged } from '../tags/createTagView.ts';

/** What was answered together and is true as long as each other. */
export type Part = Tagged &
  Readonly<{
    /** Whether a text in it may need an escape in JSON. */
    escapes: boolean;
    /** Whether it is nothing but ASCII. */
    ascii: boolean;
  }>;

/** One value of a field, with what was selected inside. */
export type KeptValue = Readonly<{
  /** Objects by the identities of their fields; an object with a record of its own by its name. */
  value: unknown;
  shape: string;
  /** When it is too old, in milliseconds since 1970. */
  until: number;
  part: Part;
  /** When others are asked whether they have a newer one. */
  believedUntil: number;
}>;

/** An entity, or a root, field by field: by each field's identity what was answered for it, the newest first. */
export type EntityRecord = ReadonlyMap<string, readonly KeptValue[]>;

/** The name of an entity instead of its fields. No GraphQL field is called like this. */
export const reference = '&';

/** A field that is asked for with many different selections is kept with the last of them. */
const mostShapes = 4;

/** @param isTrue whether a value may still be used */
export const withValues = (
  record: EntityRecord | undefined,
  values: readonly (readonly [identity: string, value: KeptValue])[],
  isTrue: (value: KeptValue) => boolean,
): EntityRecord => {
  const fields = new Map(record);
  for (const [identity, value] of values) {
    const others = (fields.get(identity) ?? []).filter((one) => one.shape !== value.shape && isTrue(one));
    fields.set(identity, [value, ...others].slice(0, mostShapes));
  }
  return fields;
};

/** What a value takes in memory, roughly. */
export const sizeOf = (value: unknown): number => {
  if (typeof value === 'string') return 2 * value.length + 16;
  if (typeof value !== 'object' || value === null) return 8;
  let size = 32;
  for (const [key, inner] of Object.entries(value)) size += 2 * key.length + 8 + sizeOf(inner);
  return size;
};

export const sizeOfRecord = (record: EntityRecord): number => {
  let size = 0;
  for (const [identity, values] of record) {
    for (const { value } of values) size += 2 * identity.length + 150 + sizeOf(value);
  }
  return size;
};
