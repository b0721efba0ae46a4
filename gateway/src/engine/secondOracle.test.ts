import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { differenceOf } from '../../test/differential/compareAnswers.ts';
import { differentialConfig } from '../../test/differential/config.ts';
import { createFederation, type Execute } from '../../test/differential/createFederation.ts';
import { startEngine, type EngineUnderTest } from '../../test/differential/engines.ts';
import { generateOperation } from '../../test/differential/generateOperation.ts';
import { differenceNames, explainDifference, type Explanations } from '../../test/differential/knownDifferences.ts';
import { supergraphs } from '../../test/differential/schemas.ts';

/** Where `@apollo/gateway` is known to go its own way. It does not load `contexts` as we start it. */
const known: Readonly<Record<'basic' | 'plain' | 'library' | 'hard', Explanations>> = {
  basic: { names: ['order', 'lost'] },
  plain: { names: ['order', 'lost'] },
  library: {
    names: ['order', 'unseen', 'required', 'serial', 'misplaced', 'lost'],
    required: ['label'],
    effects: ['writes'],
  },
  hard: { names: ['order', 'lost', 'failed'] },
};
const { from = 1, count = 100 } = differentialConfig;

describe.each(Object.entries(known))('the engine and @apollo/gateway, with the supergraph "%s"', (name, given) => {
  const federation = createFederation(supergraphs[name as keyof typeof known].subgraphs);
  const { api, world, oracle, effects } = federation;
  let engine: EngineUnderTest;
  let apollo: EngineUnderTest;
  beforeAll(async () => {
    engine = await startEngine('compiled', federation);
    apollo = await startEngine('apollo', federation);
  });
  afterAll(async () => {
    await engine.stop();
    await apollo.stop();
  });

  test(
    'give the same answers, but where @apollo/gateway is known to be wrong',
    async () => {
      const unexplained: string[] = [];
      let same = 0;
      for (let seed = from; seed < from + count; seed += 1) {
        world.reseed(seed);
        const { query, variables } = generateOperation(api, seed);
        const ask = async (execute: Execute) => {
          effects();
          return { answer: await execute(query, variables), run: effects().join() };
        };
        const ours = await ask(engine.ask);
        const theirs = await ask(apollo.ask);
        const why = explainDifference(ours.answer, theirs.answer, query, given);
        if (why?.length === 0) same += 1;
        // Where they differ, the specification decides: graphql-js, with all the data in one schema.
        const wrong = why?.length === 0 ? undefined : differenceOf((await ask(oracle)).answer, ours.answer);
        // A whole answer that is null ends what still had to run.
        const mayDiffer = ours.answer.data === null || why?.includes('failed');
        const effect = mayDiffer || ours.run === theirs.run ? undefined : `effects ${ours.run} | ${theirs.run}`;
        if (why !== undefined && wrong === undefined && effect === undefined) continue;
        const what = wrong ?? effect ?? differenceOf(ours.answer, theirs.answer);
        unexplained.push(`seed ${seed}\n${query}\n${JSON.stringify(variables)}\n${what}`);
      }
      expect(unexplained.slice(0, 5).join('\n\n')).toBe('');
      expect(same).toBeGreaterThan(count / 3);
    },
    600_000 + count * 400,
  );
});

test('every difference that is known is told in docs/differential-tests.md', () => {
  const text = readFileSync(new URL('../../../docs/differential-tests.md', import.meta.url), 'utf8');
  const [, table = ''] = text.split('## Where');
  expect([...table.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name)).toEqual([...differenceNames]);
});
