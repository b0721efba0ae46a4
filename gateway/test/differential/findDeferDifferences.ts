import { differenceOf } from './compareAnswers.ts';
import type { Answer, Federation } from './createFederation.ts';
import { deferOperation } from './deferOperation.ts';
import type { EngineUnderTest } from './engines.ts';
import type { Difference } from './findDifferences.ts';
import { generateOperation } from './generateOperation.ts';

/** What differs, how many answers came in parts, and how many could only be compared as far as they went. */
export type DeferDifferences = Readonly<{ differences: readonly Difference[]; inParts: number; unsettled: number }>;

/**
 * Runs generated operations with `@defer` and compares what all the parts say together with what graphql-js says of the
 * operation without it. Null that goes up stops at the deferred fragment, so where it would have gone further only the
 * first differences in kind are looked for: parts that contradict each other, stand nowhere or do not end.
 */
export const findDeferDifferences = async (
  { api, world, oracle, effects }: Federation,
  { askInParts }: Pick<EngineUnderTest, 'askInParts'>,
  { from, count, most = 5 }: Readonly<{ from: number; count: number; most?: number }>,
): Promise<DeferDifferences> => {
  const differences: Difference[] = [];
  let inParts = 0;
  let unsettled = 0;
  for (let seed = from; seed < from + count && differences.length < most; seed += 1) {
    world.reseed(seed);
    const operation = deferOperation(generateOperation(api, seed), seed);
    effects();
    const expected = await oracle(operation.query, operation.variables);
    const wanted = effects();
    try {
      const { parts, nulled, ...actual } = await askInParts(operation.query, operation.variables);
      const run = effects();
      if (parts > 1) inParts += 1;
      if (parts > 1 && (nulled || goesUp(expected))) unsettled += 1;
      else {
        const what =
          differenceOf(sorted(expected), sorted(actual)) ??
          (run.join() === wanted.join() || expected.data === null ? undefined : `effects ${wanted} ${run}`);
        if (what !== undefined) differences.push({ seed, operation, what });
      }
    } catch (error) {
      differences.push({ seed, operation, what: String(error) });
    }
  }
  return { differences, inParts, unsettled };
};

/** Whether an error left a null somewhere else than in its own place. */
const goesUp = ({ data, errors = [] }: Answer): boolean =>
  errors.some(({ path = [] }) => {
    let at = data;
    for (const step of path) {
      if (typeof at !== 'object' || at === null) return true;
      at = Reflect.get(at, step);
    }
    return false;
  });

/** Parts come in any order, so that of the keys says nothing. */
const sorted = ({ data, errors }: Answer): Answer => {
  const sort = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sort);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, part]) => [key, sort(part)]),
    );
  };
  return errors === undefined ? { data: sort(data) } : { data: sort(data), errors };
};
