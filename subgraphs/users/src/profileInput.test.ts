import { describe, expect, test } from '@jest/globals';
import { DomainError } from '@supergraph/errors';
import * as fields from './profileInput.ts';

const refusal = (schema: Parameters<typeof fields.readInput>[0], input: unknown, name: string): string => {
  try {
    fields.readInput(schema, input, name);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return `${error.code} ${String(error.details['field'])}`;
  }
};

const address = {
  recipient: '  Ada   Lanchester ',
  line1: '12 Analytical Row',
  line2: ' ',
  city: 'London',
  postalCode: 'SW1X 0ZZ',
  countryCode: 'gb',
};

test('an address is trimmed; blank lines are none; the country is in capitals', () => {
  expect(fields.readInput(fields.addressInput, address, 'address')).toEqual({
    recipient: 'Ada Lanchester',
    line1: '12 Analytical Row',
    line2: null,
    city: 'London',
    region: null,
    postalCode: 'SW1X 0ZZ',
    countryCode: 'GB',
  });
});

test.each([
  ['+1 (202) 555-0142', '+12025550142'],
  ['+44 20 7946 0101', '+442079460101'],
])('the number %p is kept as %p', (typed, kept) => {
  expect(fields.readInput(fields.phone, typed, 'phone')).toBe(kept);
});

test('an e-mail address is kept as it was typed', () => {
  expect(fields.readInput(fields.email, ' Ada@Example.com ', 'email')).toBe('Ada@Example.com');
});

describe('what is refused names its field', () => {
  test.each([
    [fields.email, 'ada', 'email'],
    [fields.email, 'ada@', 'email'],
    [fields.email, `${'a'.repeat(250)}@example.com`, 'email'],
    [fields.phone, '030 23125 105', 'phone'],
    [fields.phone, '+0123456789', 'phone'],
    [fields.displayName, '   ', 'name'],
    [fields.displayName, 'Ada\nLanchester', 'name'],
    [fields.displayName, 'Ada\u202ereknab', 'name'],
    [fields.displayName, 'x'.repeat(81), 'name'],
  ] as const)('%# %p', (schema, input, name) => {
    expect(refusal(schema, input, name)).toBe(`BAD_USER_INPUT ${name}`);
  });

  test('a field of an address has its path', () => {
    expect(refusal(fields.addressInput, { ...address, countryCode: 'England' }, 'address')).toBe(
      'BAD_USER_INPUT address.countryCode',
    );
  });

  test('the message does not repeat what was typed', () => {
    expect(() => fields.readInput(fields.email, 'secret-thing', 'email')).not.toThrow('secret-thing');
  });
});
