import { describe, expect, test } from '@jest/globals';
import {
  createRevocationSet,
  readRevocationMessage,
  revocableNames,
  revocationMessage,
  revoked,
  revokedName,
} from './revocations.ts';

const token = { jti: 'j1', grantId: 'g1', kid: 'k1', accountId: 'u1', clientId: 'c1', issuedAt: 1000 };
const setOf = (...members: string[]) => {
  const set = createRevocationSet(() => 5000);
  for (const member of members) set.add({ member, until: 10_000 });
  return set;
};

describe('a token', () => {
  test('has the names that a revocation may have', () => {
    const names = [
      ...[revoked.token('j1'), revoked.grant('g1'), revoked.key('k1')],
      ...[revoked.rights('u1', 5), revoked.client('c1', 5), revoked.clientRights('c1', 5)].map(revokedName),
    ];
    expect(revocableNames(token)).toEqual(names);
    expect(revokedName(revoked.client('c1', 5))).toBe('client:c1');
  });

  test('lives while nothing that it names was revoked', () => {
    const set = setOf(
      ...[revoked.token('j2'), revoked.grant('g2'), revoked.key('k2'), revoked.rights('u2', 2000)],
      revoked.client('c2', 2000),
      // Programs and people may have the same name.
      ...[revoked.client('u1', 2000), revoked.rights('c1', 2000)],
    );
    expect(set.endOf(token)).toBeNull();
  });

  test.each([revoked.token('j1'), revoked.grant('g1'), revoked.key('k1')])('ends with %s', (member) => {
    expect(setOf(member).endOf(token)).toBe('revoked');
  });

  test('is to be had anew when its account has fewer rights than when it was issued', () => {
    expect(setOf(revoked.rights('u1', 999)).endOf(token)).toBeNull();
    expect(setOf(revoked.rights('u1', 1000)).endOf(token)).toBe('rights changed');
    // The latest counts, in whatever order they are heard of.
    expect(setOf(revoked.rights('u1', 1001), revoked.rights('u1', 900)).endOf(token)).toBe('rights changed');
  });

  test('ends when its program was disabled after it was issued', () => {
    expect(setOf(revoked.client('c1', 999)).endOf(token)).toBeNull();
    expect(setOf(revoked.client('c1', 1000)).endOf(token)).toBe('revoked');
  });

  test('is to be had anew when its program may do less than when it was issued', () => {
    expect(setOf(revoked.clientRights('c1', 999)).endOf(token)).toBeNull();
    expect(setOf(revoked.clientRights('c1', 1000)).endOf(token)).toBe('rights changed');
  });

  test('that does not say when it was issued may be from before', () => {
    expect(setOf(revoked.rights('u1', 1)).endOf({ ...token, issuedAt: null })).toBe('rights changed');
  });

  test('of an issuer that says nothing else is not ended by what others are', () => {
    const bare = { jti: null, grantId: null, kid: null, accountId: null, clientId: null, issuedAt: null };
    expect(setOf(revoked.token('null'), revoked.rights('null', 9999)).endOf(bare)).toBeNull();
  });
});

test('what has expired anyway is forgotten', () => {
  const set = createRevocationSet(() => 5000);
  set.add({ member: revoked.token('j1'), until: 5000 });
  set.add({ member: revoked.rights('u1', 2000), until: 4000 });
  set.prune();
  expect(set.endOf(token)).toBeNull();
});

test('a message says what was published, and anything else says nothing', () => {
  const revocation = { member: revoked.rights('u1', 7), until: 123 };
  expect(readRevocationMessage(revocationMessage(revocation))).toEqual(revocation);
  for (const text of ['', 'x', '12', 'x jti:1']) expect(readRevocationMessage(text)).toBeNull();
});
