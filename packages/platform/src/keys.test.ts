import { createPublicKey, verify } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { z } from 'zod';
import { localKeys } from './keys.ts';
import { localToken } from './localTokens.ts';

let dir: string;
beforeEach(() => {
  dir = join(mkdtempSync(join(tmpdir(), 'keys-')), 'keys');
});
afterEach(() => rmSync(join(dir, '..'), { recursive: true }));

test('the keys are made once, and only their owner can read them', () => {
  const made = localKeys(dir);
  expect(localKeys(dir)).toEqual(made);
  expect(statSync(dir).mode & 0o777).toBe(0o700);
  for (const name of readdirSync(dir)) expect(statSync(join(dir, name)).mode & 0o777).toBe(0o600);
});

test('a half that is lost takes the other with it, and nothing else', () => {
  const made = localKeys(dir);
  rmSync(join(dir, 'viewer-public.pem'));
  const again = localKeys(dir);
  expect(again.viewerPrivateKey).not.toBe(made.viewerPrivateKey);
  // Personal data is sealed with it: a key that is added later must not cost it.
  expect(again.piiKeys).toBe(made.piiKeys);
});

test('a token for a demo account holds against the published key set', () => {
  const keys = localKeys(dir);
  const account = { id: '00000000-0000-4000-8000-000000000005', role: 'customer' } as const;
  const token = localToken({
    keys,
    issuer: 'http://localhost:4000',
    audience: 'commerce-supergraph',
    account,
    now: 1000,
  });
  const [header = '', claims = '', signature = ''] = token.split('.');
  const { keys: published } = z
    .object({ keys: z.array(z.looseObject({ kid: z.string(), kty: z.literal('RSA'), n: z.string(), e: z.string() })) })
    .parse(JSON.parse(keys.tokenJwks));
  const [jwk] = published;
  if (jwk === undefined) throw new Error('The key set is empty.');
  const publicKey = createPublicKey({ key: { kty: jwk.kty, n: jwk.n, e: jwk.e }, format: 'jwk' });

  expect(verify('sha256', Buffer.from(`${header}.${claims}`), publicKey, Buffer.from(signature, 'base64url'))).toBe(
    true,
  );
  const decoded = [header, claims].map((part): unknown => JSON.parse(Buffer.from(part, 'base64url').toString()));
  expect(decoded[0]).toMatchObject({ alg: 'RS256', kid: jwk.kid });
  expect(decoded[1]).toMatchObject({
    iss: 'http://localhost:4000',
    aud: 'commerce-supergraph',
    sub: account.id,
    roles: ['customer'],
    iat: 1000,
    exp: 1000 + 12 * 3600,
  });
  expect(jwk).not.toHaveProperty('d');
});
