import { describe, expect, test } from '@jest/globals';
import { getOperationAST, parse } from 'graphql';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { composeSupergraph } from '../../compose.ts';
import { compilePolicy } from './compilePolicy.ts';
import { findHintProblems } from './findHintProblems.ts';
import { readCacheSchema } from './readCacheSchema.ts';

const hinting = `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@composeDirective", "@authenticated"])
    @link(url: "https://commerce-supergraph.dev/cacheControl/v1.0", import: ["@cacheControl"])
    @composeDirective(name: "@cacheControl")
  directive @cacheControl(maxAge: Int, scope: cacheControl__Scope, inheritMaxAge: Boolean, permissions: [String!])
    on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
  enum cacheControl__Scope { PUBLIC PRIVATE }
`;

const compose = (...sdls: string[]) => {
  const folder = mkdtempSync(join(tmpdir(), 'hints-'));
  const entries = sdls.map((sdl, index) => {
    writeFileSync(join(folder, `s${index}.graphql`), hinting + sdl);
    return `  s${index}:\n    routing_url: http://localhost\n    schema:\n      file: ./s${index}.graphql\n`;
  });
  writeFileSync(join(folder, 'supergraph.yaml'), `federation_version: =2.14.4\nsubgraphs:\n${entries.join('')}`);
  return composeSupergraph(join(folder, 'supergraph.yaml'));
};

const schemaOf = (...sdls: string[]) => {
  const composition = compose(...sdls);
  if (!composition.ok) throw new Error(composition.problems.join('\n'));
  return readCacheSchema(parse(composition.supergraphSdl));
};

const shop = schemaOf(
  `type Query {
     product(id: ID!): Product @cacheControl
     products: Page @cacheControl(maxAge: 60, permissions: ["b:write"])
     me: User @cacheControl(maxAge: 30, scope: PRIVATE)
     any: Product
     plain: String
     node: Node @cacheControl(maxAge: 200)
     things: [Thing]
     loose: [Loose]
   }
   type Mutation { rename(id: ID!): Product @cacheControl(maxAge: 10) }
   interface Node { id: ID! }
   type Product implements Node @key(fields: "id") @key(fields: "sku") @cacheControl(maxAge: 1800, permissions: ["a:write"]) {
     id: ID!  sku: ID!  name: String  price: Money  rare: String @cacheControl(maxAge: 5)  maker: Maker @cacheControl(inheritMaxAge: true)
   }
   type Page { nodes: [Product]  total: Int }
   type Money { amount: Int }
   type Maker { name: String }
   type User implements Node @cacheControl(maxAge: 20, scope: PRIVATE) { id: ID!  email: String }
   union Thing = Product | User
   union Loose = Product | Maker`,
  'type Product @key(fields: "id") { id: ID!  reviews: [Review] @cacheControl(maxAge: 90) }  type Review { text: String }',
);

const policyOf = (query: string) => {
  const document = parse(query);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('There is no operation.');
  const { maxAge, scope, permissions } = compilePolicy(shop, document, operation);
  return [maxAge, scope, permissions.join()];
};

describe('the policy of an operation', () => {
  test.each<[string, string, [number, string, string]]>([
    ['300 seconds is the age of a hint without a value', '{ product(id: 1) { name } }', [300, 'PUBLIC', 'a:write']],
    ['nothing is kept without a hint', '{ plain }', [0, 'PUBLIC', '']],
    ['nor an object in an object that is kept', '{ product(id: 1) { price { amount } } }', [0, 'PUBLIC', 'a:write']],
    ['a type may have the hint', '{ any { name } }', [1800, 'PUBLIC', 'a:write']],
    ['the least age counts', '{ any { rare } product(id: 1) { id } }', [5, 'PUBLIC', 'a:write']],
    ['an object may inherit', '{ any { maker { name } } }', [1800, 'PUBLIC', 'a:write']],
    ['permissions add up', '{ products { total nodes { id } } }', [60, 'PUBLIC', 'a:write,b:write']],
    ['one private field makes all private', '{ any { name } me { email } }', [30, 'PRIVATE', 'a:write']],
    ['other subgraphs’ fields count', '{ any { reviews { text } } }', [90, 'PUBLIC', 'a:write']],
    ['a type behind an interface that is private counts', '{ node { id } }', [200, 'PRIVATE', 'a:write']],
    ['of a union every type has to have a hint', '{ loose { __typename } }', [0, 'PUBLIC', 'a:write']],
    ['and the least one counts', '{ things { ... on Product { name } } }', [20, 'PRIVATE', 'a:write']],
    [
      'fragments are looked into',
      '{ ...F } fragment F on Query { any { ... on Product { rare } } }',
      [5, 'PUBLIC', 'a:write'],
    ],
    ['introspection is not kept', '{ __schema { description } any { id } }', [0, 'PUBLIC', 'a:write']],
    ['nor is a mutation', 'mutation { rename(id: 1) { id } }', [0, 'PRIVATE', '']],
    ['a condition makes no difference', '{ any { name rare @include(if: false) } }', [5, 'PUBLIC', 'a:write']],
    ['the type’s name costs nothing', '{ any { __typename } }', [1800, 'PUBLIC', 'a:write']],
  ])('%s', (_sentence, query, expected) => expect(policyOf(query)).toEqual(expected));
});

describe('composition', () => {
  test('carries the hints of our own subgraphs into the supergraph, and shows them to nobody', () => {
    const supergraph = readFileSync(fileURLToPath(new URL('../../../supergraph.graphql', import.meta.url)), 'utf8');
    const { types } = readCacheSchema(parse(supergraph));
    expect(types.get('Product')?.hint).toEqual({ maxAge: 1800, scope: 'PUBLIC', permissions: ['product:write'] });
    expect(types.get('Query')?.fields.get('products')?.hint?.maxAge).toBe(300);
    for (const name of ['User', 'Order', 'Payment']) {
      expect(types.get(name)?.hint).toBeNull();
      for (const field of types.get(name)?.fields.values() ?? []) expect(field.hint).toBeNull();
    }
    const api = readFileSync(
      fileURLToPath(new URL('../../../../tests/src/generated/api.graphql', import.meta.url)),
      'utf8',
    );
    expect(api).not.toMatch(/cacheControl/i);
  });

  test('refuses different hints for one thing, of which it would keep one', () => {
    const composition = compose(
      'type Query { a: Size }  type Size @shareable @cacheControl(scope: PRIVATE) { width: Int }',
      'type Size @shareable @cacheControl(maxAge: 9) { width: Int }',
    );
    expect(composition).toEqual({
      ok: false,
      problems: [expect.stringMatching(/^CACHE_HINTS_DIFFER: Size .*\n.*s0\n.*s1$/)],
    });
  });

  test('finds the key that names an entity: the one that most subgraphs have', () => {
    expect(shop.types.get('Product')).toMatchObject({ key: ['id'], isEntity: true });
    expect(shop.types.get('Money')).toMatchObject({ key: null, isEntity: false });
  });
});

describe('a supergraph is refused', () => {
  test('when something private could be kept without a viewer in its key', () => {
    expect(findHintProblems(shop, false)).toEqual([
      expect.stringMatching(/^Query.me is PRIVATE/),
      expect.stringMatching(/^User is PRIVATE/),
    ]);
    expect(findHintProblems(shop, true)).toEqual([]);
  });

  test('when something that is not shown to everybody is PUBLIC', () => {
    const guarded = schemaOf(
      'type Query { a: Int @cacheControl @authenticated  b: Int @cacheControl(scope: PRIVATE) @authenticated }',
    );
    expect(findHintProblems(guarded, true)).toEqual([expect.stringMatching(/^Query.a is not shown to everybody/)]);
  });
});
