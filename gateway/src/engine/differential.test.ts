import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { differentialConfig } from '../../test/differential/config.ts';
import { described, findDifferences } from '../../test/differential/findDifferences.ts';
import { supergraphs } from '../../test/differential/schemas.ts';
import {
  startFederation,
  type Answer,
  type Execute,
  type Federation,
} from '../../test/differential/startFederation.ts';
import { startTestGateway, type TestGateway } from '../../test/startTestGateway.ts';

const { from = 1, count = 500, engine = 'compiled', supergraph = 'plain' } = differentialConfig;

describe(`the ${engine} engine and the supergraph "${supergraph}"`, () => {
  let federation: Federation;
  let gateway: TestGateway;
  const ask = async (query: string, variables: Readonly<Record<string, unknown>>): Promise<Answer> =>
    (await gateway.post({ query, variables })).body;

  beforeAll(async () => {
    federation = await startFederation(supergraphs[supergraph]);
    gateway = await startTestGateway(federation.supergraphSdl, {
      engine,
      limits: { bodyBytes: 1_000_000, aliases: 10_000, cost: 1e12 },
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

describe('the comparison', () => {
  let federation: Federation;
  beforeAll(async () => {
    federation = await startFederation(supergraphs.hard);
  });
  afterAll(() => federation.close());
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
