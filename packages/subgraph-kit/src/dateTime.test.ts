import { describe, expect, test } from '@jest/globals';
import { Kind } from 'graphql';
import { DateTime } from './dateTime.ts';

describe('a DateTime', () => {
  test.each([
    ['2026-11-23T09:30:00Z', '2026-11-23T09:30:00Z'],
    ['2026-11-23T09:30:00.123456Z', '2026-11-23T09:30:00.123456Z'],
    ['2026-11-23T09:30:00+02:00', '2026-11-23T07:30:00.000Z'],
    ['2026-11-23t09:30:00z', '2026-11-23T09:30:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
  ])('%s is read as %s', (given, read) => {
    expect(DateTime.parseValue(given)).toBe(read);
    expect(DateTime.parseLiteral({ kind: Kind.STRING, value: given })).toBe(read);
  });

  test.each([
    '2026-11-23',
    '2026-11-23T09:30:00',
    '2026-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-11-23T25:00:00Z',
    'yesterday',
    '',
    1_700_000_000,
    null,
    {},
  ])('%j is none', (given) => {
    expect(() => DateTime.parseValue(given)).toThrow(
      expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT', category: 'INVALID' } }),
    );
  });

  test('is written as it is stored, and a Date in UTC', () => {
    expect(DateTime.serialize('2026-11-23T09:30:00.5Z')).toBe('2026-11-23T09:30:00.5Z');
    expect(DateTime.serialize(new Date(0))).toBe('1970-01-01T00:00:00.000Z');
    expect(() => DateTime.serialize('soon')).toThrow();
  });
});
