import { describe, expect, test } from '@jest/globals';
import type { Principal, Role } from '@supergraph/auth';
import { DomainError } from '@supergraph/errors';
import { canonicalRoles, checkRoleChange, mayChange, mayChangeSome, maySee } from './rights.ts';

const person = (id: string, roles: readonly Role[], scopes: readonly string[] | null = null): Principal => ({
  kind: 'user',
  id,
  roles,
  scopes,
});
const partner = (scopes: readonly string[]): Principal => ({ kind: 'client', id: 'partner', scopes });
const visitor: Principal = { kind: 'anonymous' };

const change = (
  actor: Principal,
  before: readonly Role[],
  after: readonly Role[],
  stored?: readonly Role[],
): string => {
  try {
    checkRoleChange(actor, stored ?? (actor.kind === 'user' ? actor.roles : []), before, after);
    return 'granted';
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return `${error.code} ${String(error.details['role'])}`;
  }
};

describe('who gives and takes which role', () => {
  const roles: readonly Role[] = ['employee', 'manager', 'admin', 'super_admin'];
  test.each<[Role, readonly Role[]]>([
    ['customer', []],
    ['employee', []],
    ['manager', ['employee']],
    ['admin', ['employee', 'manager']],
    ['super_admin', ['employee', 'manager', 'admin', 'super_admin']],
  ])('%s: %j', (actor, inHand) => {
    const actorIs = person('actor', [actor]);
    expect(roles.filter((role) => change(actorIs, ['customer'], ['customer', role]) === 'granted')).toEqual(inHand);
    expect(roles.filter((role) => change(actorIs, ['customer', role], ['customer']) === 'granted')).toEqual(inHand);
  });

  test('a change that includes one role out of reach is refused as a whole, and names it', () => {
    expect(change(person('m', ['manager']), ['customer'], ['employee', 'admin'])).toBe('ROLE_NOT_GRANTABLE admin');
    expect(change(person('m', ['manager']), ['customer', 'admin'], ['employee'])).toBe('ROLE_NOT_GRANTABLE admin');
  });

  test('roles that stay are nobody’s business', () => {
    expect(change(person('m', ['manager']), ['admin'], ['admin', 'employee'])).toBe('granted');
  });

  test('a role that the token still tells of, but the account has no more, grants nothing', () => {
    expect(change(person('a', ['super_admin']), ['customer'], ['customer', 'admin'], ['customer'])).toBe(
      'ROLE_NOT_GRANTABLE admin',
    );
  });

  test('a token of narrow scope grants nothing beyond it', () => {
    expect(change(person('a', ['super_admin'], ['user:write']), ['customer'], ['customer', 'admin'])).toBe(
      'ROLE_NOT_GRANTABLE admin',
    );
  });

  test('programs change no roles, whatever their scopes', () => {
    expect(change(partner(['admin:*']), ['customer'], ['customer', 'employee'])).toBe('ROLE_NOT_GRANTABLE employee');
    expect(change({ kind: 'service', id: 'orders' }, ['customer'], ['customer', 'employee'])).toBe(
      'ROLE_NOT_GRANTABLE employee',
    );
  });
});

describe('who sees and changes an account', () => {
  const carla = { id: 'carla', roles: ['customer'] } as const;
  const linus = { id: 'linus', roles: ['manager'] } as const;

  test.each<[string, Principal, boolean, boolean, boolean]>([
    // who, sees Carla, changes Carla, changes Linus
    ['a visitor', visitor, false, false, false],
    ['Carla', person('carla', ['customer']), true, true, false],
    ['another customer', person('dmitri', ['customer']), false, false, false],
    ['an employee', person('margaret', ['employee']), true, true, false],
    ['a manager', person('ursula', ['manager']), true, true, false],
    ['Linus', person('linus', ['manager']), true, true, true],
    ['an admin', person('grace', ['admin']), true, true, true],
    ['an employee who may only read', person('margaret', ['employee'], ['user:read']), true, false, false],
    ['a partner who may read', partner(['user:read']), true, false, false],
    ['a partner who may write', partner(['user:write']), false, true, false],
    ['a partner without a scope of users', partner(['order:read']), false, false, false],
  ])('%s', (_, viewer, seesCarla, changesCarla, changesLinus) => {
    expect(maySee(viewer, carla.id)).toBe(seesCarla);
    expect(mayChangeSome(viewer, carla.id) && mayChange(viewer, carla)).toBe(changesCarla);
    expect(mayChangeSome(viewer, linus.id) && mayChange(viewer, linus)).toBe(changesLinus);
  });

  test('a client with the id of a user is not that user', () => {
    expect(maySee({ kind: 'client', id: 'carla', scopes: [] }, carla.id)).toBe(false);
  });
});

test('equal sets of roles are equal lists', () => {
  expect(canonicalRoles(['admin', 'customer', 'admin'])).toEqual(['customer', 'admin']);
});
