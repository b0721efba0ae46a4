import { describe, expect, test } from '@jest/globals';
import { checkPassword, hashPassword, isPassword } from './passwords.ts';

const email = 'grace.hopper@example.com';
const codeOf = (password: string): string | null => {
  try {
    checkPassword(password, email);
    return null;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'no code';
  }
};

describe('a password', () => {
  test.each([
    ['twelve chars', null],
    ['elevenchars', 'PASSWORD_TOO_WEAK'],
    ['', 'PASSWORD_TOO_WEAK'],
    ['ÄÖÜäöüßéèêëñ', null],
    // Seven family emoji are more than twelve UTF-16 units, but seven characters.
    ['🐘🐘🐘🐘🐘🐘🐘', 'PASSWORD_TOO_WEAK'],
    ['grace.hopper@example.com', 'PASSWORD_TOO_WEAK'],
    [' Grace.Hopper@EXAMPLE.com', 'PASSWORD_TOO_WEAK'],
    ['grace.hopper@example.com and more', null],
    ['x'.repeat(256), null],
    ['x'.repeat(257), 'BAD_USER_INPUT'],
  ])('%p gives %p', (password, code) => {
    expect(codeOf(password)).toBe(code);
  });
});

describe('a hash', () => {
  test('is argon2id with 19 MiB, two passes and one lane', async () => {
    expect(await hashPassword('correct horse battery')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  test('knows its password and no other, however the accents were typed', async () => {
    const hashed = await hashPassword('caf\u00e9 at noon today');
    expect(await isPassword(hashed, 'cafe\u0301 at noon today')).toBe(true);
    expect(await isPassword(hashed, 'cafe at noon today')).toBe(false);
  });
});
