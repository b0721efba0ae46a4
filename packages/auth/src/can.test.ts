import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { can, canGrant, covers } from './can.ts';
import { anonymous, isSelf, userIdOf } from './principal.ts';
import type { Principal } from './principal.ts';
import { rolePermissions, roles } from './roles.ts';
import type { Permission, Role } from './roles.ts';

const person = (role: Role, scopes: readonly string[] | null = null): Principal => ({
  kind: 'user',
  id: 'u1',
  roles: [role],
  scopes,
});
const client = (...scopes: string[]): Principal => ({ kind: 'client', id: 'shop', scopes });
const service: Principal = { kind: 'service', id: 'payments' };

describe('the wildcard rule', () => {
  test.each<[string, Permission, boolean]>([
    ['order:read', 'order:read', true],
    ['order:*', 'order:read', true],
    ['order:*', 'order:write', true],
    ['admin:*', 'order:read', true],
    ['admin:*', 'anything:whatever', true],
    ['order:read', 'order:write', false],
    ['order:*', 'orders:read', false],
    ['order:*', 'payment:read', false],
    ['ord*', 'order:read', false],
    ['*', 'order:read', false],
    ['*:*', 'order:read', false],
    ['openid', 'order:read', false],
    ['admin:read', 'order:read', false],
  ])('%s over %s: %p', (grant, permission, expected) => expect(covers(grant, permission)).toBe(expected));
});

describe('permissions', () => {
  const table: Record<Permission, readonly Role[]> = {
    'user:read': ['employee', 'manager', 'admin', 'super_admin'],
    'user:write': ['employee', 'manager', 'admin', 'super_admin'],
    'order:read': ['employee', 'manager', 'admin', 'super_admin'],
    'order:write': ['employee', 'manager', 'admin', 'super_admin'],
    'payment:read': ['employee', 'manager', 'admin', 'super_admin'],
    'payment:write': ['manager', 'admin', 'super_admin'],
    'product:write': ['employee', 'manager', 'admin', 'super_admin'],
    'product:price': ['manager', 'admin', 'super_admin'],
    'report:read': ['manager', 'admin', 'super_admin'],
    'team:manage': ['manager', 'admin', 'super_admin'],
    'admin:anything': ['admin', 'super_admin'],
    'something:new': ['admin', 'super_admin'],
  };
  const cases = Object.entries(table).flatMap(([permission, allowed]) =>
    roles.map((role): [Role, Permission, boolean] => [role, permission as Permission, allowed.includes(role)]),
  );

  test.each(cases)('%s, %s: %p', (role, permission, expected) => expect(can(person(role), permission)).toBe(expected));

  test('are narrowed by the scopes of the token, and never widened', () => {
    expect(can(person('employee', ['order:read']), 'order:read')).toBe(true);
    expect(can(person('employee', ['order:*', 'openid']), 'order:write')).toBe(true);
    expect(can(person('employee', ['order:read']), 'order:write')).toBe(false);
    expect(can(person('employee', []), 'order:read')).toBe(false);
    expect(can(person('customer', ['admin:*']), 'order:read')).toBe(false);
    expect(can(person('admin', ['order:read']), 'payment:read')).toBe(false);
  });

  test('of several roles add up', () => {
    expect(can({ kind: 'user', id: 'u1', roles: ['customer', 'manager'], scopes: null }, 'report:read')).toBe(true);
  });

  test('of a client are its scopes, of a service what an admin has, of nobody none', () => {
    expect(can(client('order:read'), 'order:read')).toBe(true);
    expect(can(client('order:read'), 'order:write')).toBe(false);
    expect(can(service, 'order:write')).toBe(true);
    expect(can(anonymous, 'order:read')).toBe(false);
  });
});

test('the table of roles is the one in docs/adr/0004-roles-and-permissions.md', () => {
  const text = readFileSync(new URL('../../../docs/adr/0004-roles-and-permissions.md', import.meta.url), 'utf8');
  const rows = text
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, role]) => roles.some((known) => known === role))
    .map(([, role, permissions = '']) => [role, permissions.match(/[^\s`]+/g) ?? []]);
  expect(Object.fromEntries(rows)).toEqual(rolePermissions);
});

describe('granting roles', () => {
  const grantable: Record<Role, readonly Role[]> = {
    customer: [],
    employee: [],
    manager: ['customer', 'employee'],
    admin: ['customer', 'employee', 'manager'],
    super_admin: ['customer', 'employee', 'manager', 'admin', 'super_admin'],
  };

  test.each(roles)('what a %s may grant', (granter) => {
    expect(roles.filter((role) => canGrant(person(granter), role))).toEqual(grantable[granter]);
  });

  test('an admin role is not granted through a narrowed token, a client or a service', () => {
    expect(canGrant(person('super_admin', ['order:read']), 'admin')).toBe(false);
    expect(canGrant(client('admin:*'), 'admin')).toBe(false);
    expect(canGrant(service, 'super_admin')).toBe(false);
  });
});

test('only a person is somebody who can own things', () => {
  expect(isSelf(person('customer'), 'u1')).toBe(true);
  expect(isSelf(person('customer'), 'u2')).toBe(false);
  expect(isSelf(person('customer'), null)).toBe(false);
  expect(isSelf({ kind: 'client', id: 'u1', scopes: [] }, 'u1')).toBe(false);
  expect(isSelf(anonymous, undefined)).toBe(false);
  expect([person('customer'), client(), service, anonymous].map(userIdOf)).toEqual(['u1', null, null, null]);
});
