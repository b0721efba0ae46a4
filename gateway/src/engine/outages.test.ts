import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { differentialConfig } from '../../test/differential/config.ts';
import { createBreakable, findSpreading } from '../../test/differential/findSpreading.ts';
import { createFederation } from '../../test/differential/createFederation.ts';
import { startEngine, type EngineUnderTest } from '../../test/differential/engines.ts';
import { described } from '../../test/differential/findDifferences.ts';
import { supergraphs } from '../../test/differential/schemas.ts';

const { from = 1, count = 200 } = differentialConfig;

describe.each(Object.entries(supergraphs))('while a subgraph of "%s" fails', (_name, { subgraphs }) => {
  const breakable = createBreakable(createFederation(subgraphs));
  let engine: EngineUnderTest;
  beforeAll(async () => {
    engine = await startEngine('compiled', breakable.federation);
  });
  afterAll(() => engine.stop());

  test(
    'only what needs it is missing from the answers to generated queries, and an error names it',
    async () => {
      const names = Object.keys(subgraphs);
      expect(described(await findSpreading(breakable, engine.ask, names, { from, count }))).toBe('');
    },
    600_000 + count * 200,
  );
});
