import { createRequire } from 'node:module';
import { describe, expect, jest, test } from '@jest/globals';
import { DomainError } from '@supergraph/errors';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse, subscribe } from 'graphql';
import type { ExecutionResult, GraphQLSchema } from 'graphql';
import { anonymous, isSelf } from './principal.ts';
import type { Principal } from './principal.ts';
import { protect } from './protect.ts';
import type { Permissions, Rules } from './protect.ts';
import { allow, and, deny, not, or, permission, rule, signedIn } from './rule.ts';
import type { GuardedContext } from './rule.ts';

type Order = { id: string; ownerId: string };
const orders: readonly Order[] = [
  { id: 'o1', ownerId: 'ada' },
  { id: 'o2', ownerId: 'ben' },
];
const ada: Principal = { kind: 'user', id: 'ada', roles: ['customer'], scopes: null };
const staff: Principal = { kind: 'user', id: 'eve', roles: ['employee'], scopes: null };
const partner: Principal = { kind: 'client', id: 'shop', scopes: ['order:read'] };

const typeDefs = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  interface Node { id: ID! }
  enum Size { SMALL LARGE }
  type Query { order(id: ID!): Order  size(size: Size): Size  boom(how: String!): Int  nodes: [Node!]! }
  type Mutation { cancelOrder(id: ID!): Order }
  type Subscription { orderEvents: Order  bareEvents: Order }
  type Order implements Node @key(fields: "id") { id: ID!  ownerId: ID!  secret: String }
`);

const failures: Record<string, () => unknown> = {
  domain: () => {
    throw new DomainError('ORDER_NOT_PAYABLE', 'Only a placed order can be paid.', { status: 'PAID' });
  },
  bug: () => {
    throw new TypeError('x is undefined');
  },
  text: () => {
    throw 'a text';
  },
  later: () => Promise.reject(new DomainError('VERSION_CONFLICT', 'Again.')),
};

const build = () => {
  let opened = 0;
  const stream = async function* () {
    opened += 1;
    for (const order of orders) yield await Promise.resolve({ orderEvents: order, bareEvents: order });
  };
  const schema = buildSubgraphSchema([
    {
      typeDefs,
      resolvers: {
        Query: {
          order: (_: unknown, { id }: { id: string }) => orders.find((order) => order.id === id) ?? null,
          size: (_: unknown, { size }: { size: number }) => size,
          boom: (_: unknown, { how }: { how: string }) => failures[how]?.(),
          nodes: () => orders,
        },
        Node: { __resolveType: () => 'Order' },
        Mutation: { cancelOrder: () => orders[0] },
        Subscription: {
          orderEvents: { subscribe: stream, resolve: (event: { orderEvents: Order }) => event.orderEvents },
          bareEvents: { subscribe: stream },
        },
        Order: {
          __resolveReference: ({ id }: { id: string }) => orders.find((order) => order.id === id) ?? null,
          secret: ({ id }: Order) => `secret of ${id}`,
        },
        Size: { SMALL: 1, LARGE: 2 },
      } as object as Record<string, Record<string, () => unknown>>,
    },
  ]);
  return { schema, opened: () => opened };
};

const ownsOrder = rule<Order, GuardedContext>('ownsOrder', ({ ownerId }, _, { viewer }) => isSelf(viewer, ownerId));
const policy: Rules = {
  Query: { order: signedIn, size: allow, boom: allow, nodes: allow },
  Mutation: { cancelOrder: signedIn },
  Subscription: { orderEvents: signedIn, bareEvents: signedIn },
  Order: { id: allow, '*': or(ownsOrder, permission('order:read')) },
};
const log = { error: jest.fn() };

const protectedSchema = (permissions: Permissions = policy): GraphQLSchema =>
  protect(build().schema, permissions, { log });
const run = (viewer: Principal, source: string, schema = protectedSchema()): Promise<ExecutionResult> =>
  graphql({ schema, source, contextValue: { viewer } });
const codes = ({ errors = [] }: ExecutionResult): unknown[] =>
  errors.map(({ originalError }) =>
    originalError instanceof DomainError ? originalError.code : originalError?.message,
  );
const entity = (id: string): string =>
  `{ _entities(representations: [{ __typename: "Order", id: "${id}" }]) { ... on Order { id secret } } }`;

describe('the traps of graphql-shield', () => {
  test('1. an object is guarded on the road through _entities as well', async () => {
    const schema = protectedSchema();
    expect(await run(ada, entity('o1'), schema)).toMatchObject({
      data: { _entities: [{ id: 'o1', secret: 'secret of o1' }] },
    });
    const stolen = await run(ada, entity('o2'), schema);
    expect(stolen.data).toEqual({ _entities: [{ id: 'o2', secret: null }] });
    expect(codes(stolen)).toEqual(['FORBIDDEN']);
  });

  test('1b. two objects in one request get a verdict each, whichever comes first', async () => {
    const both = (first: string, second: string) => `{ _entities(representations: [
      { __typename: "Order", id: "${first}" }, { __typename: "Order", id: "${second}" }]) { ... on Order { id secret } } }`;
    const mine = { id: 'o1', secret: 'secret of o1' };
    const theirs = { id: 'o2', secret: null };
    expect((await run(ada, both('o1', 'o2'))).data).toEqual({ _entities: [mine, theirs] });
    expect((await run(ada, both('o2', 'o1'))).data).toEqual({ _entities: [theirs, mine] });
  });

  test('2. deny by default leaves federation its own fields', async () => {
    const denied = protectedSchema({ Query: deny, Mutation: deny, Subscription: deny, Order: deny });
    const { data, errors } = await run(
      anonymous,
      '{ _service { sdl } _entities(representations: []) { __typename } }',
      denied,
    );
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ _service: { sdl: expect.stringContaining('type Order') }, _entities: [] });
    expect(codes(await run(staff, '{ size(size: SMALL) }', denied))).toEqual(['FORBIDDEN']);
  });

  test('2b. a field that the policy does not name is denied', async () => {
    const schema = protectedSchema({ ...policy, Query: { order: allow, boom: allow, nodes: allow } });
    expect(codes(await run(staff, '{ size(size: SMALL) }', schema))).toEqual(['FORBIDDEN']);
  });

  test('3. a rule on an interface, a union or a type that is not there does not build', () => {
    expect(() => protectedSchema({ ...policy, Node: deny })).toThrow('Node is no object type');
    expect(() => protectedSchema({ ...policy, _Entity: deny })).toThrow('_Entity is no object type');
    expect(() => protectedSchema({ ...policy, Invoice: deny })).toThrow('Invoice has rules but is not in the schema');
    expect(() => protectedSchema({ ...policy, Order: { total: allow } })).toThrow('Order.total');
  });

  test('3b. an object behind an interface is guarded by the rules of its own type', async () => {
    const { data, errors } = await run(ada, '{ nodes { id ... on Order { secret } } }');
    expect(data).toEqual({
      nodes: [
        { id: 'o1', secret: 'secret of o1' },
        { id: 'o2', secret: null },
      ],
    });
    expect(errors).toHaveLength(1);
  });

  describe('4. a denied client does not open a stream', () => {
    test.each(['orderEvents', 'bareEvents'])('of %s', async (field) => {
      const { schema, opened } = build();
      protect(schema, policy, { log });
      const document = parse(`subscription { ${field} { id } }`);
      const result = await subscribe({ schema, document, contextValue: { viewer: anonymous } });
      expect(result).not.toHaveProperty('next');
      expect(codes(result as ExecutionResult)).toEqual(['UNAUTHENTICATED']);
      expect(opened()).toBe(0);
    });

    test.each(['orderEvents', 'bareEvents'])('and %s is asked again for every event', async (field) => {
      const context = { viewer: ada as Principal };
      const schema = protectedSchema();
      const document = parse(`subscription { ${field} { id } }`);
      const events = (await subscribe({ schema, document, contextValue: context })) as AsyncGenerator<ExecutionResult>;
      expect((await events.next()).value).toEqual({ data: { [field]: { id: 'o1' } } });
      context.viewer = anonymous;
      expect(codes((await events.next()).value)).toEqual(['UNAUTHENTICATED']);
    });
  });

  test('5. what a resolver throws keeps its code; it does not become a denial', async () => {
    expect(codes(await run(ada, '{ boom(how: "domain") }'))).toEqual(['ORDER_NOT_PAYABLE']);
    const guarded = protectedSchema({ ...policy, Query: signedIn });
    expect(codes(await run(ada, '{ boom(how: "domain") }', guarded))).toEqual(['ORDER_NOT_PAYABLE']);
    expect(codes(await run(ada, '{ boom(how: "later") }', guarded))).toEqual(['VERSION_CONFLICT']);
    expect(codes(await run(ada, '{ boom(how: "bug") }', guarded))).toEqual(['x is undefined']);
  });

  test('5b. a resolver that throws a text fails; the text does not become the value', async () => {
    const { data, errors } = await run(ada, '{ boom(how: "text") }', protectedSchema({ ...policy, Query: signedIn }));
    expect(data).toEqual({ boom: null });
    expect(errors).toHaveLength(1);
  });

  test('6. a rule that throws is logged with its name and field, and denies', async () => {
    const bug = new TypeError('roles of undefined');
    const broken = rule<Order, GuardedContext>('isFriend', () => {
      throw bug;
    });
    log.error.mockClear();
    const schema = protectedSchema({ ...policy, Order: { id: allow, '*': broken } });
    expect(codes(await run(ada, '{ order(id: "o1") { secret } }', schema))).toEqual(['FORBIDDEN']);
    expect(log.error).toHaveBeenCalledTimes(1);
    expect(log.error).toHaveBeenCalledWith(
      expect.objectContaining({ err: bug, rule: 'isFriend', field: 'Order.secret' }),
      expect.any(String),
    );
  });

  test('6b. it is logged by the request, where the request has a log of its own', async () => {
    const own = { error: jest.fn() };
    const broken = rule<Order, GuardedContext>('isFriend', () => Promise.reject(new Error('no')));
    const schema = protectedSchema({ ...policy, Order: broken });
    await graphql({ schema, source: '{ order(id: "o1") { id } }', contextValue: { viewer: ada, log: own } });
    expect(own.error).toHaveBeenCalledTimes(1);
  });

  test('6c. not() does not open what could not be decided', async () => {
    const broken = rule<Order, GuardedContext>('isBlocked', () => {
      throw new Error('no');
    });
    const schema = protectedSchema({ ...policy, Order: not(broken) });
    expect(codes(await run(ada, '{ order(id: "o1") { id } }', schema))).toEqual(['FORBIDDEN']);
  });

  test('6d. nor what could not be decided among other rules', async () => {
    const broken = rule<Order, GuardedContext>('isBlocked', () => {
      throw new Error('no');
    });
    for (const undecided of [or(signedIn, broken), or(broken, signedIn), and(broken, allow)]) {
      const schema = protectedSchema({ ...policy, Query: allow, Order: not(undecided) });
      expect(codes(await run(anonymous, '{ order(id: "o1") { id } }', schema))).toEqual(['FORBIDDEN']);
    }
  });

  test('6e. a rule that throws does not keep another one from allowing', async () => {
    const broken = rule<Order, GuardedContext>('isFriend', () => {
      throw new Error('no');
    });
    const schema = protectedSchema({ ...policy, Order: or(broken, ownsOrder) });
    expect((await run(ada, '{ order(id: "o1") { id } }', schema)).errors).toBeUndefined();
  });

  test('8. the package loads where node:util has no isUndefined', () => {
    // Node 24 removed it; graphql-shield calls it at run time as well as importing it.
    const util = createRequire(import.meta.url)('node:util') as Record<string, unknown>;
    expect(typeof util['isUndefined']).toBe('function');
  });

  test('9. enums with values of their own, reference resolvers and descriptions survive', async () => {
    expect((await run(anonymous, '{ size(size: LARGE) }')).data).toEqual({ size: 'LARGE' });
    expect((await run(ada, entity('o1'))).data).toEqual({ _entities: [{ id: 'o1', secret: 'secret of o1' }] });
  });
});

describe('a policy', () => {
  test('that forgets an object type does not build, and every forgotten one is named', () => {
    expect(() => protectedSchema({ Query: allow, Subscription: allow })).toThrow(
      /Mutation has no entry[^]*Order has no entry/,
    );
    expect(() => protectedSchema({ Mutation: allow, Order: allow, Subscription: allow })).toThrow('Query has no entry');
  });

  test('may be a function that spreads the fields of federation', async () => {
    const schema = protectedSchema((federation) => ({ ...policy, Query: { ...federation, size: allow } }));
    expect((await run(anonymous, '{ size(size: SMALL) _service { sdl } }', schema)).errors).toBeUndefined();
  });
});

describe('the rules', () => {
  const verdict = async (guard: Rules[string], viewer: Principal) =>
    codes(await run(viewer, '{ size(size: SMALL) }', protectedSchema({ ...policy, Query: guard })))[0] ?? 'allowed';

  test.each<[string, Rules[string], Record<'anonymous' | 'ada' | 'staff' | 'partner', string>]>([
    ['allow', allow, { anonymous: 'allowed', ada: 'allowed', staff: 'allowed', partner: 'allowed' }],
    ['deny', deny, { anonymous: 'FORBIDDEN', ada: 'FORBIDDEN', staff: 'FORBIDDEN', partner: 'FORBIDDEN' }],
    ['signedIn', signedIn, { anonymous: 'UNAUTHENTICATED', ada: 'allowed', staff: 'allowed', partner: 'FORBIDDEN' }],
    [
      'permission',
      permission('order:read'),
      { anonymous: 'UNAUTHENTICATED', ada: 'FORBIDDEN', staff: 'allowed', partner: 'allowed' },
    ],
    [
      'and',
      and(signedIn, permission('order:read')),
      { anonymous: 'UNAUTHENTICATED', ada: 'FORBIDDEN', staff: 'allowed', partner: 'FORBIDDEN' },
    ],
    [
      'or',
      or(signedIn, permission('order:read')),
      { anonymous: 'UNAUTHENTICATED', ada: 'allowed', staff: 'allowed', partner: 'allowed' },
    ],
    ['not', not(signedIn), { anonymous: 'allowed', ada: 'FORBIDDEN', staff: 'FORBIDDEN', partner: 'allowed' }],
    [
      'not composed',
      not(and(signedIn, allow)),
      { anonymous: 'allowed', ada: 'FORBIDDEN', staff: 'FORBIDDEN', partner: 'allowed' },
    ],
  ])('%s', async (_, guard, expected) => {
    const seen = {
      anonymous: await verdict(guard, anonymous),
      ada: await verdict(guard, ada),
      staff: await verdict(guard, staff),
      partner: await verdict(guard, partner),
    };
    expect(seen).toEqual(expected);
  });

  test('of the same name can stand in one policy', () => {
    const one = rule<unknown, GuardedContext>('same', () => true);
    const other = rule<unknown, GuardedContext>('same', () => false);
    expect(() =>
      protectedSchema({
        ...policy,
        Query: { order: one, size: other, boom: permission('a:b'), nodes: permission('a:b') },
      }),
    ).not.toThrow();
  });

  test('allow only on true: a predicate that answers something else denies', async () => {
    const sloppy = rule<unknown, GuardedContext>('sloppy', () => 'yes' as unknown as boolean);
    expect(await verdict(sloppy, staff)).toBe('FORBIDDEN');
  });
});
