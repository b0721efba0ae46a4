import { expect, test } from '@jest/globals';
import { createManualClock } from '../../../test/upstream/createManualClock.ts';
import { createRetryBudget } from './retryBudget.ts';

const spendAll = ({ spend }: { spend: () => boolean }): number => {
  let spent = 0;
  while (spend()) spent += 1;
  return spent;
};

test('a budget is a share of the requests and a minimum on top', () => {
  const budget = createRetryBudget({ ratio: 0.2, minimum: 3, windowSeconds: 10 }, createManualClock());
  for (let turn = 0; turn < 50; turn++) budget.earn();
  expect(spendAll(budget)).toBe(13);
});

test('what was asked and what was spent is forgotten after the window', () => {
  const clock = createManualClock();
  const budget = createRetryBudget({ ratio: 0.5, minimum: 1, windowSeconds: 10 }, clock);
  for (let turn = 0; turn < 10; turn++) budget.earn();
  clock.advance(9_000);
  expect(spendAll(budget)).toBe(6);
  clock.advance(1_000);
  expect(spendAll(budget)).toBe(0);
  clock.advance(9_000);
  expect(spendAll(budget)).toBe(1);
  clock.advance(3_600_000);
  expect(spendAll(budget)).toBe(1);
});
