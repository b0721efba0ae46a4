import { expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { allow, findPublicHints, permission, signedIn } from './index.ts';

const directive = `
  directive @cacheControl(maxAge: Int, scope: Scope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT | INTERFACE
  enum Scope { PUBLIC PRIVATE }
`;
const problemsOf = (sdl: string, permissions: Parameters<typeof findPublicHints>[1]): string[] =>
  findPublicHints(buildSchema(directive + sdl), permissions).map((problem) => problem.split(' ', 1)[0] ?? '');

test('a field that is not open to everybody must not be kept for everybody', () => {
  const sdl = `type Query { open: String @cacheControl  mine: String @cacheControl(maxAge: 10)  never: String }`;
  expect(problemsOf(sdl, { Query: { open: allow, mine: signedIn, never: signedIn } })).toEqual(['Query.mine']);
  expect(problemsOf(sdl, { Query: { open: allow } })).toEqual(['Query.mine']); // denied by default
  expect(problemsOf(sdl, { Query: allow })).toEqual([]);
});

test('PRIVATE and an age of 0 are ways to keep it right', () => {
  const sdl = `type Query { a: String @cacheControl(scope: PRIVATE)  b: String @cacheControl(maxAge: 0) }`;
  expect(problemsOf(sdl, { Query: signedIn })).toEqual([]);
});

test('a leaf goes along with its object, an object without a hint does not', () => {
  const sdl = `
    type Query { product: Product }
    type Product @cacheControl(maxAge: 60) { name: String  cost: Int  inventory: Inventory  hidden: Int @cacheControl(maxAge: 0) }
    type Inventory { onHand: Int }`;
  const staff = permission('product:write');
  expect(
    problemsOf(sdl, {
      Query: allow,
      Product: { name: allow, cost: staff, inventory: staff, hidden: staff },
      Inventory: staff,
    }),
  ).toEqual(['Product.cost']);
});

test('an object is kept when a field that returns it is, directly or as an interface', () => {
  const sdl = `
    type Query { page: Page @cacheControl  node: Node @cacheControl(inheritMaxAge: true) }
    type Page { total: Int }
    interface Node { id: ID! }
    type Account implements Node { id: ID!  balance: Int }`;
  expect(problemsOf(sdl, { Query: allow, Page: signedIn, Account: { id: allow, balance: signedIn } })).toEqual([
    'Page.total',
    'Account.balance',
  ]);
});
