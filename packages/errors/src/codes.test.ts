import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { errorCodes, isErrorCode } from './codes.ts';

const documented = (): [string, string][] =>
  readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    // code rows have four cells between the bars; the table of categories has three
    .filter((cells) => cells.length === 6 && /^[A-Z][A-Z_]+$/.test(cells[1] ?? ''))
    .map((cells) => [cells[1] ?? '', cells[2] ?? '']);

describe('the table of codes', () => {
  test('is the one in docs/errors.md: every code, no other, each with its category', () => {
    const rows = documented();
    expect(new Set(rows.map(([code]) => code)).size).toBe(rows.length);
    expect(Object.fromEntries(rows)).toEqual(errorCodes);
  });

  test('tells our codes from other words', () => {
    expect(isErrorCode('ORDER_NOT_FOUND')).toBe(true);
    expect(isErrorCode('NO_SUCH_CODE')).toBe(false);
    expect(isErrorCode('toString')).toBe(false);
    expect(isErrorCode(undefined)).toBe(false);
  });
});
