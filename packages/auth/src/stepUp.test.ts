import { describe, expect, test } from '@jest/globals';
import type { Principal } from './principal.ts';
import { acr } from './revocations.ts';
import { requireTwoFactors } from './stepUp.ts';

const now = 1_800_000_000_000;
const person = (over: object): Principal => ({ kind: 'user', id: 'u1', roles: ['manager'], scopes: null, ...over });
const ask = (principal: Principal) => () => requireTwoFactors(principal, { maxAgeSeconds: 300, now });

describe('what needs a recent sign-in with two factors', () => {
  test('is open to whoever has one', () => {
    expect(ask(person({ acr: acr.mfa, authTime: now / 1000 - 300 }))).not.toThrow();
  });

  test.each([
    ['a password alone', { acr: acr.password, authTime: now / 1000 }, ['second_factor']],
    ['two factors, but too long ago', { acr: acr.mfa, authTime: now / 1000 - 301 }, ['recent_sign_in']],
    ['two factors, nobody knows when', { acr: acr.mfa }, ['recent_sign_in']],
    ['a sign-in that says nothing of itself', {}, ['second_factor', 'recent_sign_in']],
  ])('is closed to %s, and says what to ask for', (_name, over, missing) => {
    expect(ask(person(over))).toThrow(
      expect.objectContaining({ code: 'STEP_UP_REQUIRED', details: { missing, acr_values: acr.mfa, max_age: 300 } }),
    );
  });

  test('is no matter of programs, which have no second factor', () => {
    expect(ask({ kind: 'client', id: 'partner', scopes: ['payment:write'] })).not.toThrow();
  });
});
