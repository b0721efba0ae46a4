import { describe, expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { createOperations, type PreparedOperation } from './createOperations.ts';
import { limitsConfig } from '../limits/limitsConfig.ts';
import type { Planner } from './planner/plan.ts';

const schema = buildSchema('type Query { a: Int  b: Int  c: Int }');

/** Plans nothing, since nothing is executed here, and counts. */
const start = (overridePercentages: readonly number[] = [], of = schema) => {
  const planned: string[] = [];
  const planner: Planner = {
    overridePercentages: [...overridePercentages],
    close: async () => {},
    plan: async (query, percentage) => {
      planned.push(overridePercentages.length > 0 ? `${query} ${percentage}` : query);
      return { node: null };
    },
  };
  const operations = createOperations({
    schema: of,
    types: { get: () => undefined } as never,
    planner,
    introspection: true,
    limits: limitsConfig.parse({}),
    compileCost: () => () => 1,
    compileAccess: null,
    cache: null,
  });
  const prepare = (query: string, name?: string): PreparedOperation => {
    const prepared = operations.prepare(query, name);
    if ('errors' in prepared) throw new Error(prepared.errors.join());
    return prepared;
  };
  return { operations, planned, prepare };
};

describe('operations', () => {
  test('are compiled once, however many ask for them at the same time', async () => {
    const { prepare, planned } = start();
    await Promise.all([1, 2, 3].map(async () => prepare('{ a }').compiled({}, null)));
    await prepare('{ a }').compiled({}, null);
    expect(planned).toHaveLength(1);
  });

  test('of one document are told apart by name, and not mistaken for those of another', () => {
    const { prepare, operations } = start();
    const document = 'query A { a } query B { b }';
    expect(prepare(document, 'A').operation.name?.value).toBe('A');
    expect(prepare(document, 'B').operation.name?.value).toBe('B');
    expect(operations.prepare(document, undefined)).toHaveProperty('errors');
    prepare('#x\n{ a }');
    expect(operations.prepare('{ a }', '#x')).toHaveProperty('errors');
  });

  test('that are asked for most come first', () => {
    const { prepare, operations } = start();
    for (const query of ['{ a }', '{ b }', '{ b }', '{ c }', '{ b }', '{ c }']) prepare(query);
    expect(operations.inUse(2).map(({ query, requests }) => [query, requests])).toEqual([
      ['{ b }', 3],
      ['{ c }', 2],
    ]);
  });
});

describe('operations that are warmed', () => {
  test('are there at once for whoever asks, in all the forms that were in use', async () => {
    const before = start();
    const query = 'query Q($x: Boolean!, $y: Boolean!) { a @include(if: $x) b @skip(if: $y) c }';
    for (const x of [true, false]) await before.prepare(query, 'Q').compiled({ x, y: true }, null);
    const after = start();
    expect(await after.operations.warm(before.operations.inUse(10))).toEqual([]);
    expect(after.planned).toHaveLength(2);
    for (const x of [true, false])
      expect(after.prepare(query, 'Q').compiled({ x, y: true }, null)).not.toHaveProperty('then');
    expect(after.prepare(query, 'Q').compiled({ x: true, y: false }, null)).toHaveProperty('then');
  });

  test('are planned for every outcome of a progressive override', async () => {
    const before = start();
    await before.prepare('{ a }').compiled({}, null);
    const after = start([5, 50]);
    await after.operations.warm(before.operations.inUse(10));
    expect(after.planned).toHaveLength(3);
    for (let turn = 0; turn < 50; turn++) expect(after.prepare('{ a }').compiled({}, null)).not.toHaveProperty('then');
  });

  test('and do not hold any more are returned with the reason, and the others are there', async () => {
    const before = start();
    for (const query of ['{ b }', '{ a }']) await before.prepare(query).compiled({}, null);
    const after = start([], buildSchema('type Query { a: Int }'));
    const refused = await after.operations.warm(before.operations.inUse(10));
    expect(refused.map(({ operation, reason }) => [operation.query, String(reason)])).toEqual([
      ['{ b }', expect.stringContaining('Cannot query field "b"')],
    ]);
    expect(after.prepare('{ a }').compiled({}, null)).not.toHaveProperty('then');
  });

  test('keep half of their weight, so that what nobody asks for any more falls behind', async () => {
    const before = start();
    for (let turn = 0; turn < 5; turn++) await before.prepare('{ a }').compiled({}, null);
    await before.prepare('{ b }').compiled({}, null);
    const after = start();
    await after.operations.warm(before.operations.inUse(10));
    for (let turn = 0; turn < 3; turn++) after.prepare('{ b }');
    expect(after.operations.inUse(10).map(({ query, requests }) => [query, requests])).toEqual([
      ['{ b }', 3],
      ['{ a }', 2],
    ]);
  });
});
