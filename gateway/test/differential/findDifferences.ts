import { differenceOf } from './compareAnswers.ts';
import { generateOperation, type Operation } from './generateOperation.ts';
import { shrinkOperation } from './shrinkOperation.ts';
import type { Execute, Federation } from './startFederation.ts';

/** An operation that an engine answers differently from the oracle, made as small as possible. */
export type Difference = Readonly<{ seed: number; operation: Operation; what: string }>;

/**
 * Runs the operations of the seeds `from` … `from + count - 1`, each in a world of its own.
 *
 * @param most how many differences are enough
 */
export const findDifferences = async (
  { api, world, oracle }: Federation,
  engine: Execute,
  { from, count, most = 5 }: Readonly<{ from: number; count: number; most?: number }>,
): Promise<readonly Difference[]> => {
  const check = async ({ query, variables }: Operation): Promise<string | undefined> => {
    const expected = await oracle(query, variables);
    try {
      return differenceOf(expected, await engine(query, variables));
    } catch (error) {
      return `no answer: ${String(error)}`;
    }
  };
  const differences: Difference[] = [];
  for (let seed = from; seed < from + count && differences.length < most; seed += 1) {
    world.reseed(seed);
    const generated = generateOperation(api, seed);
    if ((await check(generated)) === undefined) continue;
    const operation = await shrinkOperation(api, generated, async (smaller) => (await check(smaller)) !== undefined);
    differences.push({ seed, operation, what: (await check(operation)) ?? 'it differs only sometimes' });
  }
  return differences;
};

/** A text that says how to see each of them again. */
export const described = (differences: readonly Difference[]): string =>
  differences
    .map(
      ({ seed, operation, what }) =>
        `seed ${seed}\n${operation.query}\n${JSON.stringify(operation.variables)}\n${what}\n`,
    )
    .join('\n');
