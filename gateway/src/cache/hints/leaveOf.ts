import type { CacheField, CacheHint, CacheSchema, CacheType } from './readCacheSchema.ts';

/** How long something may be kept, and what makes a difference to whom. */
export type Leave = Readonly<{
  /** Seconds; 0: not at all. */
  age: number;
  hints: readonly (CacheHint | null)[];
  /** The gateway hides it from some viewers. */
  guarded: boolean;
}>;

/**
 * What a field's hints allow. A leaf without a hint lives as long as its object, and an object without one is not kept.
 *
 * The rules are Apollo Server's, but for two that are stricter: a field's hint does not open what its type's hint says
 * is PRIVATE, and behind an interface every type counts.
 *
 * @param around the age of the object around it
 */
export const leaveOf = (schema: CacheSchema, field: CacheField, around: number): Leave => {
  const type = schema.types.get(field.type);
  const behind = type === undefined ? [] : hintsBehind(schema, type);
  const hints = field.hint !== null ? [field.hint] : behind;
  const ages = hints.map((hint) => (hint === null ? 0 : (hint.maxAge ?? around)));
  return {
    age: ages.length > 0 ? Math.min(...ages) : type === undefined ? around : 0,
    hints: [field.hint, ...behind],
    guarded: field.guarded || type?.guarded === true,
  };
};

/** The hints of a type; of an abstract one without a hint those of all types behind it, null for one that has none. */
const hintsBehind = (schema: CacheSchema, type: CacheType): readonly (CacheHint | null)[] => {
  const own = type.hint === null ? [] : [type.hint];
  if (type.kind === 'object') return own;
  const behind = type.possible.map((name) => schema.types.get(name)?.hint ?? null);
  return own.length > 0 ? [...own, ...behind.filter((hint) => hint !== null)] : behind;
};
