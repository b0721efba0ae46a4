import { describe, expect, test } from '@jest/globals';
import { factorDemand, graceEnds, type FactorFacts } from './factorPolicy.ts';

const day = 86_400_000;
const now = new Date('2026-06-30T12:00:00Z');
const ago = (days: number): Date => new Date(now.getTime() - days * day);
const facts = (over: Partial<FactorFacts>): FactorFacts => ({
  roles: ['customer'],
  hasFactor: false,
  demanded: false,
  accountCreatedAt: ago(400),
  dutySince: ago(400),
  now,
  ...over,
});

describe('a sign-in with the right password', () => {
  test('is done for those who need no second factor and have none', () => {
    expect(factorDemand(facts({ roles: ['customer', 'manager'] }))).toBe('none');
  });

  test('asks everybody who has a factor for it', () => {
    expect(factorDemand(facts({ hasFactor: true }))).toBe('prove');
    expect(factorDemand(facts({ hasFactor: true, roles: ['admin'], demanded: true }))).toBe('prove');
  });

  test('demands one when the API does, grace or not', () => {
    expect(factorDemand(facts({ demanded: true }))).toBe('enrol');
    expect(factorDemand(facts({ demanded: true, roles: ['admin'], dutySince: ago(0) }))).toBe('enrol');
  });

  test.each(['admin', 'super_admin'] as const)('demands one of a %s once the grace is over', (role) => {
    expect(factorDemand(facts({ roles: [role] }))).toBe('enrol');
    expect(factorDemand(facts({ roles: [role], dutySince: ago(6.9) }))).toBe('offer');
    expect(factorDemand(facts({ roles: [role], dutySince: ago(7) }))).toBe('enrol');
  });
});

test('new accounts have 30 days, others 7 from the day it became their duty', () => {
  expect(graceEnds({ accountCreatedAt: ago(1), dutySince: ago(1) })).toEqual(new Date(now.getTime() + 29 * day));
  expect(graceEnds({ accountCreatedAt: ago(400), dutySince: ago(1) })).toEqual(new Date(now.getTime() + 6 * day));
});
