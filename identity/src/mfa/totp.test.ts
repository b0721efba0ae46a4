import { describe, expect, test } from '@jest/globals';
import { generate } from 'otplib';
import { newTotpSecret, readTotpCode, totpUri } from './totp.ts';

const now = 1_800_000_015_000;
const secret = newTotpSecret();
const codeAt = (ms: number): Promise<string> =>
  generate({ secret, algorithm: 'sha256', digits: 6, period: 30, epoch: Math.floor(ms / 1000) });

describe('a time-based code', () => {
  test('is the one of RFC 6238 (appendix B, SHA-256), cut to six digits', async () => {
    // The secret of the appendix, "12345678901234567890123456789012", in Base32.
    const known = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA';
    expect(await readTotpCode(known, '119246', null, 59_000)).toBe(1);
    expect(await readTotpCode(known, '084774', null, 1_111_111_109_000)).toBe(37_037_036);
  });

  test('is taken with the clock one step off, and no more', async () => {
    for (const offset of [-30_000, 0, 30_000])
      expect(await readTotpCode(secret, await codeAt(now + offset), null, now)).not.toBeNull();
    for (const offset of [-90_000, 90_000])
      expect(await readTotpCode(secret, await codeAt(now + offset), null, now)).toBeNull();
  });

  test('is refused the second time, and so are those before it', async () => {
    const step = await readTotpCode(secret, await codeAt(now), null, now);
    expect(await readTotpCode(secret, await codeAt(now), step, now)).toBeNull();
    expect(await readTotpCode(secret, await codeAt(now - 30_000), step, now)).toBeNull();
    expect(await readTotpCode(secret, await codeAt(now + 30_000), step, now)).not.toBeNull();
  });

  test.each(['', '12345', '1234567', 'abcdef', '１２３４５６'])('is no code when it is "%s"', async (code) => {
    expect(await readTotpCode(secret, code, null, now)).toBeNull();
  });

  test('may have blanks, as apps show it', async () => {
    const code = await codeAt(now);
    expect(await readTotpCode(secret, `${code.slice(0, 3)} ${code.slice(3)}`, null, now)).not.toBeNull();
  });
});

test('the QR code says which algorithm', () => {
  const uri = new URL(totpUri(secret, 'a+b@example.com'));
  expect(decodeURIComponent(uri.pathname)).toContain('Commerce Supergraph:a+b@example.com');
  expect(uri.searchParams.get('algorithm')).toBe('SHA256');
  expect(uri.searchParams.get('secret')).toBe(secret);
});
