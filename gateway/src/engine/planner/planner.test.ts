import { describe, expect, test } from '@jest/globals';
import { buildSchema, parse, print } from 'graphql';
import { createFederation } from '../../../test/differential/createFederation.ts';
import { startEngine } from '../../../test/differential/engines.ts';
import { concreteFragments } from './concreteFragments.ts';
import { createInterfaceObjectCheck } from './createInterfaceObjectCheck.ts';
import { createPlanCheck } from './createPlanCheck.ts';
import { overrideLabels } from './overrideLabels.ts';
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

test('labels of progressive @override say up to which draw a field is taken over; others are never on', () => {
  const sdl = `type Query {
    a: Int @join__field(graph: A, override: "b", overrideLabel: "percent(2.5)")
    b: Int @join__field(graph: A, override: "b", overrideLabel: "beta")
    c: Int @join__field(graph: A, override: "b", overrideLabel: "percent(2.5)")
  }`;
  expect(overrideLabels(parse(sdl))).toEqual([
    { label: 'percent(2.5)', percent: 2.5 },
    { label: 'beta', percent: 0 },
  ]);
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
  const after = (node: NonNullable<Plan['node']>): Plan => ({
    node: {
      kind: 'sequence',
      nodes: [{ kind: 'fetch', request: request('{ product { __typename id weight } }'), outputRewrites: [] }, node],
    },
  });
  const entities = (selection: string, required: readonly string[]): Plan =>
    after({
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
          contexts: [],
        },
      ],
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

  test('is not asked for with something that no fetch before was asked for', () => {
    expect(() => check(entities('{ similar { id } }', ['sku']))).toThrow('what nobody was asked for: .product.sku');
  });
});

test('entities that are interface objects where they are asked about are not left to Hive’s planner', () => {
  const check = createInterfaceObjectCheck(
    parse(`
      enum join__Graph { AUDIT @join__graph(name: "audit", url: "http://audit") USERS @join__graph(name: "users") }
      interface Account @join__type(graph: AUDIT, key: "id", isInterfaceObject: true) @join__type(graph: USERS, key: "id") {
        id: ID!
      }`),
  );
  const asked = (subgraph: string): Plan => {
    const text = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Account { id } } }';
    return {
      node: {
        kind: 'entities',
        request: { subgraph, kind: 'query', text, document: parse(text), operationName: undefined, variables: [] },
        groups: [],
      },
    };
  };
  expect(() => check(asked('audit'))).toThrow('audit about Account');
  expect(() => check(asked('users'))).not.toThrow();
});

test('fragments about interfaces become fragments about the types that there can be', () => {
  const schema = buildSchema(`
    type Query { account: Account }
    interface Node { id: ID! }
    interface Account { id: ID! }
    type User implements Node & Account { id: ID! name: String }
    type Bot implements Account { id: ID! }
    type Product implements Node { id: ID! }`);
  const query = `{ account { id ... on Node { id ...P ... on Account { ... on User { name } } } } }
    fragment P on Product { id }`;
  expect(concreteFragments(query, schema)).toBe(
    print(parse('{ account { id ... on User { id ... on User { ... on User { name } } } } }')),
  );
});

describe('an operation that needs a chain of requirements where the entity is reached in the subgraph of one of them', () => {
  // Neither planner has a right plan: Hive's has none when another such field is in the operation, Apollo's leaves out what
  // is required. A subgraph must not be asked then: what it would answer is not the truth.
  const federation = createFederation({
    stock: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires"])
      type Query { shelves: [Shelf] }
      type Shelf @key(fields: "id") { id: ID!  products: [Product] }
      type Product @key(fields: "id") { id: ID!  weight: Int @external  shelf: Shelf  shipping: Int @requires(fields: "weight") }`,
    catalog: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
      type Query { product: Product }
      type Product @key(fields: "id") { id: ID!  weight: Int }`,
    prices: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires"])
      type Product @key(fields: "id") { id: ID!  shipping: Int @external  total: Int @requires(fields: "shipping") }`,
  });

  test('fails as a whole, with a code', async () => {
    const engine = await startEngine('compiled', federation);
    const asked = federation.effects;
    const { data, errors } = await engine.ask(
      '{ product { shipping shelf { products { total shelf { products { shipping } } } } } }',
      {},
    );
    expect(asked()).toEqual([]);
    expect(data).toBeUndefined();
    expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
    await engine.stop();
  });
});
