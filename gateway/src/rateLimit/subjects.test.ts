import { expect, test } from '@jest/globals';
import { anonymous } from '@supergraph/auth';
import { rateLimitConfig } from './rateLimitConfig.ts';
import { createSubjectOf } from './subjects.ts';

const subjectOf = createSubjectOf(
  rateLimitConfig.parse({
    anonymous: { minute: 60 },
    roles: { employee: { minute: 2_000 }, admin: { minute: 5_000, day: 1_000_000 } },
    clients: { 'big-partner': { hour: 500_000 } },
    tiers: { gold: { minute: 7_000 } },
  }),
);
const user = (id: string, ...roles: readonly ('customer' | 'employee' | 'manager' | 'admin')[]) =>
  subjectOf({ kind: 'user', id, roles, scopes: null }, '192.0.2.1');
const account = (address: string) => subjectOf(anonymous, address).account;

test('by default everybody has the architecture’s thousand a minute and ten thousand an hour', () => {
  expect(user('u1', 'customer')).toEqual({
    account: 'user:u1',
    limits: {
      windows: [
        { name: 'minute', seconds: 60, points: 1_000 },
        { name: 'hour', seconds: 3_600, points: 10_000 },
      ],
      most: 1_000,
      policy: '"minute";q=1000;w=60, "hour";q=10000;w=3600',
    },
  });
});

test('the highest of somebody’s roles that has limits decides, wherever it stands in the token', () => {
  expect(user('u2', 'employee', 'admin', 'customer').limits.policy).toBe(
    '"minute";q=5000;w=60, "day";q=1000000;w=86400',
  );
  expect(user('u3', 'customer', 'employee', 'manager').limits.policy).toBe('"minute";q=2000;w=60');
});

test('a program has the limits of its client id, and pays for itself', () => {
  const partner = subjectOf({ kind: 'client', id: 'big-partner', scopes: [] }, '192.0.2.1');
  expect(partner).toMatchObject({ account: 'client:big-partner', limits: { policy: '"hour";q=500000;w=3600' } });
  expect(subjectOf({ kind: 'client', id: 'other', scopes: [] }, '192.0.2.1').limits.policy).toContain('q=1000;w=60');
});

test('a program that is not named has the limits of its tier, if that is', () => {
  const policyOf = (id: string, quotaTier: string) =>
    subjectOf({ kind: 'client', id, scopes: [], quotaTier }, '192.0.2.1').limits.policy;
  expect(policyOf('other', 'gold')).toBe('"minute";q=7000;w=60');
  expect(policyOf('big-partner', 'gold')).toBe('"hour";q=500000;w=3600');
  expect(policyOf('other', 'silver')).toContain('q=1000;w=60');
});

test('a user and a client with the same id have different accounts', () => {
  expect(user('x').account).not.toBe(subjectOf({ kind: 'client', id: 'x', scopes: [] }, '192.0.2.1').account);
});

test('who has no token pays by address', () => {
  expect(subjectOf(anonymous, '192.0.2.1')).toMatchObject({
    account: 'address:192.0.2.1',
    limits: { policy: '"minute";q=60;w=60' },
  });
  expect(account('::ffff:192.0.2.1')).toBe(account('192.0.2.1'));
});

test('all addresses of one IPv6 network are one, however they are written', () => {
  const one = account('2001:db8:0:7::1');
  for (const same of [
    '2001:DB8::7:ffff:0:0:2',
    '2001:0db8:0000:0007:a:b:c:d',
    '2001:db8:0:7::',
    '2001:db8::7:0:0:0:1%eth0',
  ]) {
    expect(account(same)).toBe(one);
  }
  for (const other of ['2001:db8:0:8::1', '2001:db8::7', '2001:db8:7::1', '::1']) expect(account(other)).not.toBe(one);
});

test('a limit without a window, or with a window that is not known, is refused', () => {
  expect(rateLimitConfig.safeParse({ default: {} }).success).toBe(false);
  expect(rateLimitConfig.safeParse({ default: { week: 1 } }).success).toBe(false);
  expect(rateLimitConfig.safeParse({ roles: { boss: { minute: 1 } } }).success).toBe(false);
});
