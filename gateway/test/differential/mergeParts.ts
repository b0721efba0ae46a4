import { z } from 'zod';
import type { Answer } from './createFederation.ts';

const error = z.object({ message: z.string(), path: z.array(z.union([z.string(), z.number()])).optional() });
const payload = z.strictObject({
  data: z.record(z.string(), z.unknown()).nullable(),
  path: z.array(z.union([z.string(), z.number()])),
  label: z.string().optional(),
  errors: z.array(error).optional(),
});
const first = z.strictObject({
  data: z.unknown().optional(),
  errors: z.array(error).optional(),
  hasNext: z.boolean().optional(),
});
const later = z.strictObject({ incremental: z.array(payload).optional(), hasNext: z.boolean() });

/** What the parts of a `multipart/mixed` body say together; an answer that is no such body says what it says. */
export const mergeParts = (body: string): Answer & { parts: number; nulled: boolean } => {
  const [start, ...rest] = textsOf(body);
  const { data, errors = [], hasNext = false } = first.parse(JSON.parse(start ?? ''));
  const all = [...errors];
  let more = hasNext;
  let nulled = false;
  for (const text of rest) {
    if (!more) throw new Error('A part came after the last one.');
    const { incremental = [], hasNext: follows } = later.parse(JSON.parse(text));
    more = follows;
    for (const one of incremental) {
      all.push(...(one.errors ?? []));
      if (one.data === null) nulled = true;
      else
        merge(
          one.path.reduce<unknown>((at, step) => Reflect.get(at as object, step), data),
          one.data,
        );
    }
  }
  if (more) throw new Error('The last part is missing.');
  const answer = { data, parts: rest.length + 1, nulled };
  return all.length > 0 ? { ...answer, errors: all as NonNullable<Answer['errors']> } : answer;
};

const textsOf = (body: string): readonly string[] => {
  if (body.startsWith('{')) return [body];
  if (!body.startsWith('\r\n---\r\n') || !body.endsWith('\r\n-----\r\n')) throw new Error(`No parts: ${body}`);
  return body
    .slice('\r\n---\r\n'.length, -'\r\n-----\r\n'.length)
    .split('\r\n---\r\n')
    .map((part) => {
      const [head, text] = part.split('\r\n\r\n');
      if (head !== 'content-type: application/json; charset=utf-8') throw new Error(`No part: ${part}`);
      return text ?? '';
    });
};

const merge = (into: unknown, from: unknown): void => {
  if (typeof into !== 'object' || into === null) throw new Error('A part is about what is not there.');
  for (const [key, value] of Object.entries(from as object)) {
    const there: unknown = Reflect.get(into, key);
    if (typeof there === 'object' && there !== null && typeof value === 'object' && value !== null) merge(there, value);
    else if (there !== undefined && JSON.stringify(there) !== JSON.stringify(value)) {
      throw new Error(`Two parts say different things of ${key}.`);
    } else Reflect.set(into, key, value);
  }
};
