import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Principal } from '@supergraph/auth';
import { TypeInfo, getNamedType, visit, visitWithTypeInfo, type FieldNode } from 'graphql';
import { createFederation, type Guard } from '../../test/differential/createFederation.ts';
import { startEngine, type EngineUnderTest } from '../../test/differential/engines.ts';
import { generateOperation } from '../../test/differential/generateOperation.ts';
import { createRandom } from '../../test/differential/random.ts';
import { supergraphs } from '../../test/differential/schemas.ts';
import { authorizationConfig } from './authorizationConfig.ts';

type Who = Readonly<{ signedIn: boolean; scopes: readonly string[] }>;

const signedIn = ({ signedIn: known }: Who): boolean => known;
const has =
  (...scopes: string[]) =>
  (who: Who): boolean =>
    scopes.every((scope) => who.scopes.includes(scope));

/** What the directives below mean, said once more by hand; that of an interface is what its types demand. */
const demands: Readonly<Record<string, (who: Who) => boolean>> = {
  'Product.name': has('a'),
  'Product.related': signedIn,
  'Category.things': has('c'),
  Money: has('b', 'c'),
  Role: signedIn,
  Address: signedIn,
  'User.email': (who) => has('p')(who) || has('q')(who),
  'Account.email': (who) => has('p')(who) || has('q')(who),
  Review: (who) => has('a')(who) || has('b')(who),
  'Mutation.renameUser': signedIn,
};

const directives: readonly [subgraph: string, before: string, after: string][] = [
  ['catalog', 'name: String  title', 'name: String @requiresScopes(scopes: [["a"]])  title'],
  ['catalog', 'related(first: Int = 2): [Product!]', 'related(first: Int = 2): [Product!] @authenticated'],
  ['catalog', 'things: [Thing]', 'things: [Thing] @requiresScopes(scopes: [["c"]])'],
  ['pricing', 'type Money', 'type Money @requiresScopes(scopes: [["b", "c"]])'],
  ['users', 'enum Role', 'enum Role @authenticated'],
  ['users', 'type Address', 'type Address @authenticated'],
  ['users', 'email: String  role', 'email: String @policy(policies: [["p"], ["q"]])  role'],
  ['users', 'name: String!): User  merge', 'name: String!): User @authenticated  merge'],
  [
    'reviews',
    'type Review @key(fields: "id")',
    'type Review @key(fields: "id") @requiresScopes(scopes: [["a"], ["b"]])',
  ],
];

const secured = Object.fromEntries(
  Object.entries(supergraphs.plain.subgraphs).map(([name, plain]) => {
    let sdl = plain.replace('"@inaccessible"]', '"@inaccessible", "@authenticated", "@requiresScopes", "@policy"]');
    for (const [subgraph, before, after] of directives) {
      if (subgraph !== name) continue;
      if (!sdl.includes(before)) throw new Error(`${name} has no "${before}".`);
      sdl = sdl.replace(before, after);
    }
    return [name, sdl];
  }),
);
const federation = createFederation(secured);
let engine: EngineUnderTest;

beforeAll(async () => {
  const authorization = authorizationConfig.parse({ policies: { p: { scope: 'p' }, q: { scope: 'q' } } });
  engine = await startEngine('compiled', federation, 'silent', authorization);
});
afterAll(() => engine.stop());

/** The rules for one principal, and whether a field was met that is forbidden in one fragment and free in another. */
const guardFor = (who: Who): { guard: Guard; undecided: () => boolean } => {
  let mixed = false;
  const guard: Guard = (document) => {
    const forbidden = new Set<FieldNode>();
    const types = new TypeInfo(federation.api);
    visit(
      document,
      visitWithTypeInfo(types, {
        Field: (node) => {
          const [parent, returned] = [types.getParentType()?.name ?? '', getNamedType(types.getType())?.name ?? ''];
          if (node.name.value.startsWith('__')) return;
          const demanded = [demands[parent], demands[`${parent}.${node.name.value}`], demands[returned]];
          if (demanded.some((holds) => holds !== undefined && !holds(who))) forbidden.add(node);
        },
      }),
    );
    return ({ fieldNodes }) => {
      const some = fieldNodes.filter((node) => forbidden.has(node)).length;
      if (some > 0 && some < fieldNodes.length) mixed = true;
      return some > 0;
    };
  };
  return { guard, undecided: () => mixed };
};

const withoutIndexes = (path: readonly (string | number)[] = []): string =>
  path.filter((step) => typeof step === 'string').join('.');

test('anybody gets what everybody could get, without what is forbidden to them', async () => {
  const found = { compared: 0, restricted: 0, full: 0 };
  for (let seed = 1; seed <= 200; seed += 1) {
    const random = createRandom(seed);
    const known = random.chance(0.8);
    const who: Who = {
      signedIn: known,
      scopes: known ? ['a', 'b', 'c', 'p', 'q'].filter(() => random.chance(0.5)) : [],
    };
    federation.world.reseed(seed);
    const { query, variables } = generateOperation(federation.api, seed);
    const { guard, undecided } = guardFor(who);
    federation.effects();
    const expected = await federation.oracle(query, variables, guard);
    const wanted = federation.effects();
    if (undecided()) continue;

    const principal: Principal = known
      ? { kind: 'user', id: 'u1', roles: [], scopes: who.scopes }
      : { kind: 'anonymous' };
    const body = await engine.askAs(principal)(query, variables);
    const effects = federation.effects();
    const about = `seed ${seed} ${JSON.stringify(who)}\n${query}\n${JSON.stringify(variables)}\n`;
    expect(about + JSON.stringify(body.data)).toBe(about + JSON.stringify(expected.data));

    const told = new Set(
      (body.errors ?? [])
        .filter(({ extensions }) => ['FORBIDDEN', 'UNAUTHENTICATED'].includes(String(extensions?.['code'])))
        .map(({ path }) => withoutIndexes(path)),
    );
    const forbidden = (expected.errors ?? []).filter(({ message }) => message === 'forbidden');
    expect(forbidden.map(({ path }) => withoutIndexes(path)).filter((place) => !told.has(place))).toEqual([]);
    // When the whole answer is null, whether later mutations still run is not settled.
    if (expected.data !== null) expect(effects).toEqual(wanted);
    found.compared += 1;
    if (forbidden.length > 0) found.restricted += 1;
    if (told.size === 0) found.full += 1;
  }
  expect(found.compared).toBeGreaterThan(150);
  expect(found.restricted).toBeGreaterThan(50);
  expect(found.full).toBeGreaterThan(25);
}, 120_000);
