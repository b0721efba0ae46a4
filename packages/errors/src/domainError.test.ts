import { expect, test } from '@jest/globals';
import { DomainError, isDomainError } from './domainError.ts';

test('an error has the category of its code, and keeps its cause', () => {
  const cause = new Error('connection refused');
  const error = new DomainError('DATABASE_UNAVAILABLE', 'The database is away.', {}, { cause });
  expect(error).toMatchObject({ name: 'DomainError', category: 'UNAVAILABLE', details: {} });
  expect(error.cause).toBe(cause);
});

test('details cannot be changed after the fact', () => {
  const details = { status: 'PAID' };
  const error = new DomainError('ORDER_NOT_PAYABLE', 'Only a placed order can be paid.', details);
  details.status = 'SHIPPED';
  expect(error.details).toEqual({ status: 'PAID' });
  expect(Object.isFrozen(error.details)).toBe(true);
});

test('is recognised by class, and by code when one is asked for', () => {
  const error = new DomainError('SKU_TAKEN', 'Taken.');
  expect(isDomainError(error)).toBe(true);
  expect(isDomainError(error, 'SKU_TAKEN')).toBe(true);
  expect(isDomainError(error, 'EMAIL_TAKEN')).toBe(false);
  expect(isDomainError(Object.assign(new Error('x'), { code: 'SKU_TAKEN' }))).toBe(false);
});
