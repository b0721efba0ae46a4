import { z } from 'zod';
import type { EntityRecord, KeptValue, Part } from './records.ts';

const encoded = z.object({
  parts: z.array(z.tuple([z.number(), z.number(), z.array(z.string()), z.boolean(), z.boolean()])),
  values: z.array(z.tuple([z.string(), z.string(), z.number(), z.number(), z.unknown()])),
});

/** A record as text; what was answered together is said once. */
export const encodeRecord = (record: EntityRecord): string => {
  const indexes = new Map<Part, number>();
  const parts: z.infer<typeof encoded>['parts'] = [];
  const values = [...record].flatMap(([identity, all]) =>
    all.map(({ value, shape, until, part }) => {
      let index = indexes.get(part);
      if (index === undefined) {
        indexes.set(part, (index = parts.length));
        parts.push([part.memory, part.good, [...part.tags], part.escapes, part.ascii]);
      }
      return [identity, shape, until, index, value];
    }),
  );
  return JSON.stringify({ parts, values });
};

/** @returns null for a text that is no record, such as another version's */
export const decodeRecord = (text: string): readonly (readonly [string, Omit<KeptValue, 'believedUntil'>])[] | null => {
  try {
    const { parts, values } = encoded.parse(JSON.parse(text));
    const all = parts.map(([memory, good, tags, escapes, ascii]): Part => ({
      memory,
      good,
      tags,
      escapes,
      ascii,
      checked: 0,
    }));
    return values.flatMap(([identity, shape, until, index, value]) => {
      const part = all[index];
      return part === undefined ? [] : [[identity, { value, shape, until, part }] as const];
    });
  } catch {
    return null;
  }
};
