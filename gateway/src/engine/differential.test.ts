import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { differenceOf } from '../../test/differential/compareAnswers.ts';
import { differentialConfig } from '../../test/differential/config.ts';
import { createFederation, type Execute, type Federation } from '../../test/differential/createFederation.ts';
import { startEngine, type EngineUnderTest } from '../../test/differential/engines.ts';
import { described, findDifferences } from '../../test/differential/findDifferences.ts';
import { generateOperation } from '../../test/differential/generateOperation.ts';
import { supergraphs } from '../../test/differential/schemas.ts';
import { parse, validate } from 'graphql';

const basicFragments = `{ cheapest { __typename } nodes { ... on Product { ...N } } }
  fragment N on Node { ...U } fragment U on User { role }`;
const { from = 1, count, engine: name = 'compiled', supergraph } = differentialConfig;
const suites = Object.entries(supergraphs).filter(([one]) => supergraph === undefined || one === supergraph);

describe.each(suites)(`the ${name} engine and the supergraph "%s"`, (_supergraph, { subgraphs, operations }) => {
  const federation = createFederation(subgraphs);
  let engine: EngineUnderTest;
  beforeAll(async () => {
    engine = await startEngine(name, federation);
  });
  afterAll(() => engine.stop());

  test(
    'answer generated operations as graphql-js does with all the data in one schema',
    async () => {
      expect(described(await findDifferences(federation, engine.ask, { from, count: count ?? operations }))).toBe('');
    },
    600_000 + (count ?? operations) * 200,
  );

  test('are compared with operations that are valid by construction', () => {
    for (let seed = 1; seed <= 50; seed += 1)
      expect(validate(federation.api, parse(generateOperation(federation.api, seed).query))).toEqual([]);
  });
});

describe('what was answered wrongly once', () => {
  test.each<[string, keyof typeof supergraphs, number, string]>([
    ['objects of which named fragments select nothing', 'basic', 701_729, basicFragments],
    ['objects of a type that clients must not see, behind an interface', 'library', 144, '{ media { id } }'],
  ])('is answered as graphql-js does: %s', async (_what, supergraph, seed, query) => {
    const federation = createFederation(supergraphs[supergraph].subgraphs);
    const engine = await startEngine('compiled', federation);
    federation.world.reseed(seed);
    expect(differenceOf(await federation.oracle(query, {}), await engine.ask(query, {}))).toBeUndefined();
    await engine.stop();
  });
});

describe('the comparison', () => {
  let federation: Federation;
  beforeAll(() => {
    federation = createFederation(supergraphs.hard.subgraphs);
  });
  const differencesOf = (engine: Execute) => findDifferences(federation, engine, { from: 1, count: 60, most: 1 });

  test('finds nothing wrong with the oracle itself', async () => {
    expect(described(await differencesOf(federation.oracle))).toBe('');
  });

  test('finds lost errors, and makes the operation small', async () => {
    const [found] = await differencesOf(async (query, variables) => {
      const { data } = await federation.oracle(query, variables);
      return { data };
    });
    expect(found?.what).toMatch(/^errors/);
    expect(found?.operation.query.split('\n').length).toBeLessThan(20);
  });

  test('finds fields in another order', async () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).toReversed());
    };
    const [found] = await differencesOf(async (query, variables) => {
      const { data, ...rest } = await federation.oracle(query, variables);
      return { ...rest, data: reversed(data) };
    });
    expect(found?.what).toMatch(/^data/);
  });

  test('finds a mutation that is run twice', async () => {
    const [found] = await differencesOf(async (query, variables) => {
      await federation.oracle(query, variables);
      return federation.oracle(query, variables);
    });
    expect(found?.what).toMatch(/^effects/);
    expect(found?.operation.query).toMatch(/^mutation/);
  });
});
