import { describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { createHivePlanner } from './createHivePlanner.ts';
import { createPlanCheck } from './createPlanCheck.ts';
import { parseHivePlan } from './parseHivePlan.ts';
import type { Plan } from './plan.ts';

describe('a plan of Hive’s planner', () => {
  const fetch = { kind: 'Fetch', serviceName: 'a', operationKind: 'query', operation: '{x{__typename id}}' };

  test.each([
    ['a kind of node', { kind: 'Defer', primary: {}, deferred: [] }, 'kind'],
    ['a node inside', { kind: 'Sequence', nodes: [fetch, { kind: 'Teleport' }] }, 'Teleport|kind'],
    ['a property of a fetch', { ...fetch, contextRewrites: [] }, 'contextRewrites'],
    [
      'a condition on a requirement',
      { ...fetch, requires: [{ kind: 'InlineFragment', typeCondition: 'X', selections: [], skipIf: 'y' }] },
      'requires',
    ],
  ])('is refused when it has %s that we do not know', (_name, node, said) => {
    expect(() => parseHivePlan({ kind: 'QueryPlan', node })).toThrow(new RegExp(said));
  });

  test('is refused when it asks for entities nowhere', () => {
    const requires = [{ kind: 'InlineFragment', typeCondition: 'X', selections: [{ kind: 'Field', name: 'id' }] }];
    expect(() => parseHivePlan({ kind: 'QueryPlan', node: { ...fetch, requires } })).toThrow('without a place');
  });

  test('may be empty', () => {
    expect(parseHivePlan({ kind: 'QueryPlan' })).toEqual({ node: null });
  });
});

test('a supergraph with contexts is refused by name, since they would be dropped silently', () => {
  const sdl = 'schema @link(url: "https://specs.apollo.dev/context/v0.1", for: SECURITY) { query: Query }';
  expect(() => createHivePlanner(sdl)).toThrow('@fromContext');
});

describe('a field that requires another', () => {
  const check = createPlanCheck(
    parse(`
      enum join__Graph { STOCK @join__graph(name: "stock", url: "http://stock") }
      type Query { product: Product @join__field(graph: STOCK) }
      type Product {
        weight: Int
        shipping: Int @join__field(graph: STOCK, requires: "weight")
        similar: Product @join__field(graph: STOCK)
      }`),
  );
  const request = (text: string) =>
    ({
      subgraph: 'stock',
      kind: 'query',
      text,
      document: parse(text),
      operationName: undefined,
      variables: [],
    }) as const;
  const entities = (selection: string, required: readonly string[]): Plan => ({
    node: {
      kind: 'entities',
      request: request(
        `query ($representations: [_Any!]!) { _entities(representations: $representations) { ...P } } fragment P on Product ${selection}`,
      ),
      groups: [
        {
          key: '_entities',
          variable: 'representations',
          paths: [[{ kind: 'field', name: 'product' }]],
          requires: [
            {
              kind: 'fragment',
              type: 'Product',
              selections: required.map((name) => ({ kind: 'field', from: name, to: name, selections: null })),
            },
          ],
          inputRewrites: [],
          outputRewrites: [],
        },
      ],
    },
  });

  test('may be asked for with it', () => {
    expect(() => check(entities('{ shipping similar { weight } }', ['id', 'weight']))).not.toThrow();
  });

  test.each([
    ['without it', entities('{ shipping }', ['id'])],
    ['of another entity behind the one that was sent', entities('{ similar { shipping } }', ['id', 'weight'])],
    [
      'of what is no entity',
      { node: { kind: 'fetch', request: request('{ product { shipping } }'), outputRewrites: [] } } satisfies Plan,
    ],
  ])('is not asked for %s', (_name, plan) => {
    expect(() => check(plan)).toThrow('stock for Product.shipping without weight');
  });
});
