import { expect, test } from '@jest/globals';
import { createBudget } from './createBudget.ts';

/** Things that are held under one budget, by their names. */
const start = (limit: number) => {
  const budget = createBudget(limit);
  const gone: string[] = [];
  return { budget, gone, hold: (name: string, bytes: number) => budget.hold(bytes, () => gone.push(name)) };
};

test('what came first is let go of first, as much of it as there must be', () => {
  const { budget, gone, hold } = start(100);
  hold('a', 40);
  hold('b', 40);
  hold('c', 20);
  expect([gone, budget.bytes()]).toEqual([[], 100]);
  hold('d', 50);
  expect([gone, budget.bytes()]).toEqual([['a', 'b'], 70]);
});

test('what its holder has let go of makes room, once, and is not asked for', () => {
  const { budget, gone, hold } = start(100);
  hold('a', 40);
  const letGoOfB = hold('b', 40);
  letGoOfB();
  letGoOfB();
  expect(budget.bytes()).toBe(40);
  hold('c', 60);
  hold('d', 60);
  expect([gone, budget.bytes()]).toEqual([['a', 'c'], 60]);
});

test('what is too large alone is let go of at once, with all that was there', () => {
  const { budget, gone, hold } = start(100);
  hold('a', 40);
  const letGoOfLarge = hold('large', 101);
  letGoOfLarge();
  expect([gone, budget.bytes()]).toEqual([['a', 'large'], 0]);
});
