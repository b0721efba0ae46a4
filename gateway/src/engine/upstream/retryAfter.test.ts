import { expect, test } from '@jest/globals';
import { readRetryAfter } from './retryAfter.ts';

const date = Date.parse('2026-01-01T00:00:00Z');

test.each([
  ['120', 120_000],
  ['0', 0],
  ['Thu, 01 Jan 2026 00:00:10 GMT', 10_000],
  ['Wed, 31 Dec 2025 23:59:50 GMT', 0],
  ['soon', 0],
  [undefined, 0],
])('Retry-After %p asks for %i milliseconds', (value, expected) => {
  expect(readRetryAfter(value, date)).toBe(expected);
});
