import { differenceOf } from './compareAnswers.ts';
import { generateOperation, type Operation } from './generateOperation.ts';
import { shrinkOperation } from './shrinkOperation.ts';
import type { Execute, Federation } from './createFederation.ts';

/** An operation that an engine answers differently from the oracle, made as small as possible. */
export type Difference = Readonly<{ seed: number; operation: Operation; what: string }>;

/**
 * Runs the operations of the seeds `from` … `from + count - 1`, each in a world of its own.
 *
 * @param most how many differences are enough
 */
export const findDifferences = async (
  { api, world, oracle, effects }: Federation,
  engine: Execute,
  { from, count, most = 5 }: Readonly<{ from: number; count: number; most?: number }>,
): Promise<readonly Difference[]> => {
  const check = async ({ query, variables }: Operation): Promise<string | undefined> => {
    effects();
    const expected = await oracle(query, variables);
    const wanted = effects();
    try {
      const difference = differenceOf(expected, await engine(query, variables));
      const run = effects();
      // When the whole answer is null, whether later mutations still run is not settled.
      const settled = expected.data === null ? run.slice(0, wanted.length) : run;
      return (
        difference ??
        (settled.join() === wanted.join() ? undefined : `effects\n  expected ${wanted}\n  got      ${run}`)
      );
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
