import type { ContextArgument, EntityGroup, RewriteSegment } from '../planner/plan.ts';
import { evaluate } from './code.ts';
import { createGathered, type Gathered } from './compileGather.ts';
import { representationSource } from './compileRepresentation.ts';
import type { TypeNames } from './typeNames.ts';
import { isData, jsonText, own, type Data, type Root } from './values.ts';

/** The entities of a group whose contexts say the same: one request can ask about them. */
export type Batch = Readonly<{
  /** The variables that come from contexts, as JSON without braces. */
  variablesText: string;
  gathered: Gathered;
}>;

export type GatherBatches = (data: Root) => readonly Batch[];

/**
 * Gathers entities together with the arguments that come from the objects around them (federation 2.8, `@fromContext`).
 * A request has one value for an argument, so entities with other values go into another request. Null when a group has
 * no such argument.
 */
export const compileContexts = (group: EntityGroup, types: TypeNames): GatherBatches | null => {
  const { contexts, paths, requires, inputRewrites } = group;
  if (contexts.length === 0) return null;
  const source = representationSource('represent', requires, inputRewrites, types);
  const represent = evaluate(source, 'represent', { own, jsonText }) as (entity: Data) => string | undefined;
  const variables = [...new Set(contexts.map(({ variable }) => variable))].map((name) => ({
    start: `${JSON.stringify(name)}:`,
    sources: contexts.filter(({ variable }) => variable === name),
  }));

  return (data) => {
    const batches = new Map<string, Batch>();
    /** @param around the objects from the root to the one that holds the value */
    const walk = (value: unknown, path: (typeof paths)[number], around: readonly Data[]): void => {
      if (Array.isArray(value)) {
        for (const item of value) walk(item, path, around);
        return;
      }
      if (!isData(value)) return;
      const [segment, ...rest] = path;
      if (segment === undefined) {
        const text = represent(value);
        if (text === undefined) return;
        const variablesText = variables
          .map(({ start, sources }) => start + jsonText(valueOf(sources, around, types)))
          .join(',');
        const batch = batches.get(variablesText) ?? { variablesText, gathered: createGathered() };
        batches.set(variablesText, batch);
        add(batch.gathered, value, text);
      } else if (segment.kind === 'field') {
        walk(own(value, segment.name), rest, [...around, value]);
      } else if (types.within(segment.names).has(String(value['__typename']))) {
        walk(value, rest, around);
      }
    };
    for (const path of paths) walk(data, path, []);
    return [...batches.values()];
  };
};

const add = ({ seen, texts, targets, indexes }: Gathered, target: Data, text: string): void => {
  let index = seen.get(text);
  if (index === undefined) {
    index = texts.push(text) - 1;
    seen.set(text, index);
  }
  targets.push(target);
  indexes.push(index);
};

/** The value of the first source that has one; null when none has. */
const valueOf = (sources: readonly ContextArgument[], around: readonly Data[], types: TypeNames): unknown => {
  for (const { up, path } of sources) {
    const value = follow(around.at(-up), path, types);
    if (value !== undefined) return value;
  }
  return null;
};

const follow = (start: unknown, path: readonly RewriteSegment[], types: TypeNames): unknown => {
  let at = start;
  for (const segment of path) {
    if (!isData(at)) return undefined;
    if (segment.kind === 'key') at = own(at, segment.name);
    else if (!types.within(segment.names).has(String(at['__typename']))) return undefined;
  }
  return at;
};
