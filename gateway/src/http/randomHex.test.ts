import { expect, test } from '@jest/globals';
import { randomHex } from './randomHex.ts';

test('no two are alike, over several fillings', () => {
  const made = Array.from({ length: 5_000 }, () => randomHex(16));
  expect(new Set(made).size).toBe(5_000);
  for (const one of made) expect(one).toMatch(/^[0-9a-f]{32}$/);
});
