import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { differentialConfig } from '../../test/differential/config.ts';
import { described, findDifferences } from '../../test/differential/findDifferences.ts';
import { supergraphs } from '../../test/differential/schemas.ts';
import { startFederation, type Answer, type Federation } from '../../test/differential/startFederation.ts';
import { startTestGateway, type TestGateway } from '../../test/startTestGateway.ts';

const { from = 1, count = 500, engine = 'compiled', supergraph = 'basic' } = differentialConfig;

describe(`the ${engine} engine and the supergraph "${supergraph}"`, () => {
  let federation: Federation;
  let gateway: TestGateway;
  const ask = async (query: string, variables: Readonly<Record<string, unknown>>): Promise<Answer> =>
    (await gateway.post({ query, variables })).body;

  beforeAll(async () => {
    federation = await startFederation(supergraphs[supergraph]);
    gateway = await startTestGateway(federation.supergraphSdl, {
      engine,
      limits: { bodyBytes: 1_000_000 },
      logLevel: 'silent',
    });
  });
  afterAll(async () => {
    await gateway.close();
    await federation.close();
  });

  test(
    'answer generated operations as graphql-js does with all the data in one schema',
    async () => {
      expect(described(await findDifferences(federation, ask, { from, count }))).toBe('');
    },
    60_000 + count * 200,
  );
});
