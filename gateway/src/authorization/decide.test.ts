import { describe, expect, test } from '@jest/globals';
import { anonymous, type Principal } from '@supergraph/auth';
import { authorizationConfig } from './authorizationConfig.ts';
import { createDecide } from './decide.ts';
import type { Demand } from './rules.ts';

const now = 1_800_000_000;
const decide = createDecide(
  authorizationConfig.parse({
    policies: { refunds: { permission: 'payment:write' }, managers: { role: 'manager' }, beta: { scope: 'beta' } },
  }),
  () => now * 1000,
);
const user = (more: Partial<Extract<Principal, { kind: 'user' }>> = {}): Principal => ({
  kind: 'user',
  id: 'u1',
  roles: ['customer'],
  scopes: null,
  ...more,
});
const client = (...scopes: string[]): Principal => ({ kind: 'client', id: 'c1', scopes });
const service: Principal = { kind: 'service', id: 'orders' };
const scopes = (...anyOf: string[][]): Demand => ({ kind: 'scopes', anyOf });
const policies = (...anyOf: string[][]): Demand => ({ kind: 'policies', anyOf });

describe('@authenticated', () => {
  test('is for everybody who is somebody', () => {
    expect([anonymous, user(), client(), service].map((who) => decide({ kind: 'authenticated' }, who))).toEqual([
      'unauthenticated',
      'granted',
      'granted',
      'granted',
    ]);
  });
});

describe('@requiresScopes', () => {
  test.each<[string, Demand, Principal, string]>([
    ['one that the token names', scopes(['a']), client('a'), 'granted'],
    ['one that it does not', scopes(['a']), client('b'), 'forbidden'],
    ['all of an alternative', scopes(['a', 'b']), client('a'), 'forbidden'],
    ['any of the alternatives', scopes(['a', 'b'], ['c']), client('c'), 'granted'],
    ['no alternative at all', scopes(), client('a'), 'forbidden'],
    ['a wildcard', scopes(['order:read']), client('order:*'), 'granted'],
    ['the scopes of a person’s token, whatever the roles are', scopes(['x']), user({ scopes: ['x'] }), 'granted'],
    ['not beyond them', scopes(['order:read']), user({ scopes: ['x'], roles: ['admin'] }), 'forbidden'],
    ['what the roles permit, without scopes', scopes(['order:read']), user({ roles: ['employee'] }), 'granted'],
    ['not more', scopes(['order:read']), user(), 'forbidden'],
    ['nobody', scopes(['a']), anonymous, 'unauthenticated'],
    ['our own services', scopes(['order:read']), service, 'granted'],
  ])('%s', (_name, demand, principal, verdict) => {
    expect(decide(demand, principal)).toBe(verdict);
  });
});

describe('@policy', () => {
  test.each<[string, Demand, Principal, string]>([
    ['a permission', policies(['refunds']), user({ roles: ['manager'] }), 'granted'],
    ['a permission that is not there', policies(['refunds']), user({ roles: ['employee'] }), 'forbidden'],
    ['a role', policies(['managers']), user({ roles: ['manager'] }), 'granted'],
    ['a role that a program cannot have', policies(['managers']), client('admin:*'), 'forbidden'],
    ['a scope', policies(['beta']), client('beta'), 'granted'],
    ['a policy that nobody has configured', policies(['other']), user({ roles: ['super_admin'] }), 'forbidden'],
    ['a name that every object has', policies(['constructor']), user({ roles: ['super_admin'] }), 'forbidden'],
    ['an alternative', policies(['other'], ['managers']), user({ roles: ['manager'] }), 'granted'],
  ])('%s', (_name, demand, principal, verdict) => {
    expect(decide(demand, principal)).toBe(verdict);
  });
});

describe('the policy mfa', () => {
  const acr = 'urn:commerce-supergraph:acr:mfa';
  test.each<[string, Principal, string]>([
    ['somebody who has just shown a second factor', user({ acr, authTime: now - 10 }), 'granted'],
    ['the same by its methods', user({ amr: ['pwd', 'mfa'], authTime: now - 10 }), 'granted'],
    ['somebody who has shown it long ago', user({ acr, authTime: now - 901 }), 'reauthenticate'],
    ['somebody of whom it is not known when', user({ acr }), 'reauthenticate'],
    ['somebody with a password', user({ amr: ['pwd'], authTime: now }), 'secondFactor'],
    ['a program, which cannot', client('admin:*'), 'forbidden'],
    ['nobody', anonymous, 'unauthenticated'],
  ])('%s', (_name, principal, verdict) => {
    expect(decide(policies(['mfa']), principal)).toBe(verdict);
  });

  test('says what helps only when it would', () => {
    const password = user({ roles: ['manager'] });
    expect(decide(policies(['mfa', 'refunds']), password)).toBe('secondFactor');
    expect(decide(policies(['mfa', 'other']), password)).toBe('forbidden');
    expect(decide(policies(['other'], ['mfa']), password)).toBe('secondFactor');
  });
});
