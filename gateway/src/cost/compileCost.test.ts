import { describe, expect, test } from '@jest/globals';
import { Supergraph } from '@apollo/federation-internals';
import { Kind, parse } from 'graphql';
import { composed } from '../../test/startTestGateway.ts';
import { compileCost } from './compileCost.ts';
import { pointsOf } from './points.ts';
import { readWeights } from './readWeights.ts';

const subgraph = (imports: string, sdl: string) => ({
  url: 'http://localhost:1/graphql',
  sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imports}]) ${sdl}`,
});

const supergraph = parse(
  composed({
    books: subgraph(
      '"@key", "@listSize", { name: "@cost", as: "@weight" }',
      `
      type Query {
        book(id: ID): Book
        books: [Book!]!
        top(first: Int = 5): [Book!]! @listSize(slicingArguments: ["first"])
        some(first: Int, last: Int): [Book!]! @listSize(slicingArguments: ["first", "last"])
        any(first: Int, last: Int): [Book!]!
          @listSize(slicingArguments: ["first", "last"], assumedSize: 7, requireOneSlicingArgument: false)
        fixed: [Book!]! @listSize(assumedSize: 3)
        page(first: Int!): Books @listSize(slicingArguments: ["first"], sizedFields: ["nodes", "edges"])
        matrix: [[Book]]
        things: [Thing] @listSize(assumedSize: 2)
        node: Node
        search(words: [String!] @weight(weight: 2), by: Filter): Int
        report(format: Format): Int @weight(weight: 40)
      }
      type Mutation { add(input: Filter): Book }
      input Filter { a: Int @weight(weight: 3)  b: Filter  c: [Filter!] }
      type Books { nodes: [Book] edges: [Edge] count: Int }
      type Edge { node: Book }
      interface Node { id: ID!  similar: [Node] @listSize(assumedSize: 4) }
      type Book implements Node @key(fields: "id") { id: ID! similar: [Node] title: String cover: Image author: Author format: Format }
      type Author implements Node @weight(weight: 5) { id: ID! similar: [Node] @listSize(assumedSize: 2) books: [Book] @listSize(assumedSize: 2) }
      union Thing = Book | Author
      scalar Image @weight(weight: 8)
      enum Format @weight(weight: 1) { SHORT LONG }`,
    ),
    stock: subgraph(
      '"@key", { name: "@cost", as: "@weight" }',
      'type Book @key(fields: "id") { id: ID! stock: Int @weight(weight: 6) }',
    ),
  }),
);
const schema = Supergraph.build(supergraph).apiSchema().toGraphQLJSSchema();
const weights = readWeights(supergraph);

const cost = (query: string, variables: Record<string, unknown> = {}) => {
  const document = parse(query);
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('There is no operation.');
  return compileCost({ schema, weights, listSize: 10 }, document, operation)(variables);
};

describe('the cost of an operation', () => {
  test.each<[string, string, number]>([
    ['an object is 1, its leafs are free', '{ book { id title } }', 1],
    ['a list is ten', '{ books { id } }', 10],
    ['what is in a list is as often there', '{ books { author { id } } }', 10 * (1 + 5)],
    ['lists in lists', '{ matrix { id } }', 100],
    ['a type has a weight', '{ book { author { id } } }', 1 + 5],
    ['a field has one, instead of its type', '{ report }', 40],
    ['of another subgraph too', '{ book { stock } }', 1 + 6],
    ['a scalar has one, an enum too', '{ book { cover format } }', 1 + 8 + 1],
    ['an assumed size', '{ fixed { id } }', 3],
    ['a slicing argument', '{ top(first: 20) { id } }', 20],
    ['its default', '{ top { id } }', 5],
    ['the greater of two', '{ any(first: 3, last: 9) { id } }', 9],
    ['the assumed size without one', '{ any { id } }', 7],
    ['the fields that are sized', '{ page(first: 4) { count nodes { id } } }', 1 + 4],
    ['several of them, and what is below', '{ page(first: 4) { nodes { id } edges { node { id } } } }', 1 + 4 + 4 * 2],
    ['the dearest type of a union', '{ things { ... on Book { cover } ... on Author { id } } }', 2 * (1 + 8)],
    ['the dearest, of an interface', '{ node { id } }', 5],
    ['what an interface says of a list, unless the object does', '{ book { similar { id } } }', 1 + 4 * 5],
    ['a field that is named twice once', '{ book { author { id } } book { author { id } title } }', 1 + 5],
    ['aliases one by one', '{ a: book { id } b: book { id } }', 2],
    ['fragments where they are', '{ book { ...B } } fragment B on Book { author { books { id } } }', 1 + 5 + 2],
    ['an argument for each of its values', '{ search(words: ["a", "b"]) }', 4],
    ['an input object with what is in it', '{ search(by: { a: 1, b: { a: 2 }, c: [{}, {}] }) }', 1 + 3 + (1 + 3) + 2],
    ['null for nothing', '{ search(by: null) }', 0],
    ['a mutation ten more', 'mutation { add(input: { a: 1 }) { id } }', 10 + 1 + 1 + 3],
    ['the schema is free', '{ __schema { types { name } } __typename }', 0],
    ['what is never there is free', '{ books @skip(if: true) { id } book @include(if: true) { id } }', 1],
  ])('%s', (_name, query, expected) => {
    expect(cost(query)).toBe(expected);
  });

  test('follows the variables', () => {
    const query =
      'query ($n: Int, $by: Filter, $no: Boolean!) { top(first: $n) { id } search(by: $by) books @skip(if: $no) { id } }';
    expect(cost(query, { n: 100, by: { a: 1, c: [{}] }, no: true })).toBe(100 + 1 + 3 + 1);
    expect(cost(query, { no: false })).toBe(5 + 10);
    expect(cost(query, { n: -3, no: true })).toBe(0);
  });

  test('counts a field that is there under several conditions when one of them holds', () => {
    const query = 'query ($a: Boolean!, $b: Boolean!) { book @include(if: $a) { id } book @include(if: $b) { id } }';
    expect(cost(query, { a: false, b: false })).toBe(0);
    expect(cost(query, { a: true, b: false })).toBe(1);
  });

  test('is not known where a list does not say how long it may be', () => {
    expect(cost('{ some(first: 3) { id } }')).toBe(3);
    for (const query of [
      '{ some { id } }',
      '{ some(first: 1, last: 1) { id } }',
      'query ($n: Int) { some(first: $n) { id } }',
    ]) {
      expect(cost(query)).toMatchObject({ code: 'LIST_SIZE_REQUIRED', details: { arguments: ['first', 'last'] } });
    }
  });

  test('is found in a moment for fragments that name each other very often', () => {
    const fragments = Array.from(
      { length: 40 },
      (_, n) => `fragment F${n} on Book { author { books { ...F${n + 1} } } a${n}: author { books { ...F${n + 1} } } }`,
    );
    expect(cost(`{ book { ...F0 } } ${fragments.join(' ')} fragment F40 on Book { id }`)).toBeGreaterThan(1e12);
  });
});

test('an ordinary request is one point', () => {
  expect([0, 1, 100, 101, 250].map(pointsOf)).toEqual([1, 1, 1, 2, 3]);
});
