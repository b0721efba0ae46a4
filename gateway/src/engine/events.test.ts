import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { differenceOf } from '../../test/differential/compareAnswers.ts';
import { differentialConfig } from '../../test/differential/config.ts';
import { createFederation } from '../../test/differential/createFederation.ts';
import { startEngine, type EngineUnderTest } from '../../test/differential/engines.ts';
import { generateOperation } from '../../test/differential/generateOperation.ts';
import { supergraphs } from '../../test/differential/schemas.ts';

const { from = 1, count = 250 } = differentialConfig;
const { subgraphs } = supergraphs.plain;

/** Events lead to entities of other subgraphs, some of them through a union. */
const federation = createFederation({
  ...subgraphs,
  reviews: `${subgraphs['reviews'] ?? ''}
    type Subscription { reviewed(id: ID!): Review!  changed: Subject  several(first: Int = 2): [Review] }`,
});
let engine: EngineUnderTest;
beforeAll(async () => {
  engine = await startEngine('compiled', federation);
});
afterAll(() => engine.stop());

test(
  'events of generated subscriptions, alone and in a burst, say what graphql-js says with all the data in one schema',
  async () => {
    const { api, world, oracle, effects } = federation;
    const different: string[] = [];
    for (let seed = from; seed < from + count && different.length < 5; seed += 1) {
      world.reseed(seed);
      effects();
      const { query, variables } = generateOperation(api, seed, 'subscription');
      const expected = await oracle(query, variables);
      const answers = await engine.askForEvents(query, variables, 1 + (seed % 3));
      const wrong = answers.map((answer) => differenceOf(expected, answer)).find((what) => what !== undefined);
      if (wrong !== undefined) different.push(`seed ${seed}\n${query}\n${JSON.stringify(variables)}\n${wrong}`);
    }
    expect(different.join('\n\n')).toBe('');
  },
  600_000 + count * 200,
);
