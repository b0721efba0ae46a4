import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { SignJWT, decodeJwt } from 'jose';
import { createViewerSigner } from './createViewerSigner.ts';
import { createViewerVerifier } from './createViewerVerifier.ts';
import { anonymous } from './principal.ts';
import type { Principal } from './principal.ts';

const newKeys = () => {
  const pair = generateKeyPairSync('ed25519');
  return {
    key: pair.privateKey,
    privateKey: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
};
const keys = newKeys();
const start = Date.UTC(2026, 10, 23);
const ada: Principal = {
  kind: 'user',
  id: 'u1',
  roles: ['admin'],
  scopes: null,
  acr: '2',
  amr: ['pwd', 'otp'],
  authTime: 1,
};

const clock = (time = start) => {
  const now = () => time;
  return { now, pass: (seconds: number) => void (time += seconds * 1000) };
};
const signer = (now: () => number, lifeSeconds = 60) =>
  createViewerSigner({ privateKey: keys.privateKey, now, lifeSeconds });
const verifier = (now: () => number, subgraph = 'orders', remembered = 10) =>
  createViewerVerifier({ publicKey: keys.publicKey, subgraph, now, remembered });
const invalid = expect.objectContaining({ code: 'VIEWER_INVALID' });

describe('a signed viewer', () => {
  test.each<Principal>([
    ada,
    { kind: 'user', id: 'u2', roles: [], scopes: ['order:read'] },
    { kind: 'client', id: 'shop', scopes: ['product:read'] },
    { kind: 'service', id: 'payments' },
    anonymous,
  ])('tells the subgraph who is asking: %j', async (principal) => {
    const { now } = clock();
    expect(await verifier(now).verify(await signer(now).sign(principal, 'orders'))).toEqual(principal);
  });

  test('lives sixty seconds and no longer, also when it has been seen before', async () => {
    const { now, pass } = clock();
    const { verify } = verifier(now);
    const token = await signer(now).sign(ada, 'orders');
    expect(decodeJwt(token)).toMatchObject({
      iss: 'gateway',
      aud: 'orders',
      iat: start / 1000,
      exp: start / 1000 + 60,
    });
    pass(59);
    expect(await verify(token)).toEqual(ada);
    pass(1);
    await expect(verify(token)).rejects.toEqual(invalid);
    await expect(verifier(now).verify(token)).rejects.toEqual(invalid);
  });

  test('is reused for half its life, for the same principal and subgraph only', async () => {
    const { now, pass } = clock();
    const { sign } = signer(now);
    const first = await sign(ada, 'orders');
    pass(29);
    expect(await sign({ ...ada }, 'orders')).toBe(first);
    expect(await sign(ada, 'users')).not.toBe(first);
    expect(await sign({ ...ada, roles: ['customer'] }, 'orders')).not.toBe(first);
    pass(1);
    expect(await sign(ada, 'orders')).not.toBe(first);
  });

  test('is one and the same however its principal was written down', async () => {
    const { now } = clock();
    const { sign } = signer(now);
    expect(await sign({ roles: [], scopes: null, id: 'u1', kind: 'user' }, 'orders')).toBe(
      await sign({ kind: 'user', id: 'u1', roles: [], scopes: null }, 'orders'),
    );
  });

  test('cannot be asked to live longer', () => {
    expect(() => signer(Date.now, 61)).toThrow(RangeError);
  });
});

describe('a subgraph', () => {
  test.each([undefined, ''])('that gets no viewer (%p) asks for one', async (token) => {
    await expect(verifier(Date.now).verify(token)).rejects.toMatchObject({ code: 'VIEWER_REQUIRED' });
  });

  const forge = (claims: Record<string, unknown>, { key = keys.key, alg = 'EdDSA', life = 60 } = {}) =>
    new SignJWT({ viewer: ada, iss: 'gateway', aud: 'orders', ...claims })
      .setProtectedHeader({ alg })
      .setIssuedAt(start / 1000)
      .setExpirationTime(start / 1000 + life)
      .sign(key);

  test.each<[string, () => Promise<string>]>([
    ['for another subgraph', () => signer(() => start).sign(ada, 'users')],
    ['of another issuer', () => forge({ iss: 'somebody' })],
    ['of another key', () => forge({}, { key: newKeys().key })],
    ['that lives too long', () => forge({}, { life: 3600 })],
    ['without a principal', () => forge({ viewer: undefined })],
    ['with a role that does not exist', () => forge({ viewer: { ...ada, roles: ['emperor'] } })],
    ['with a principal of no kind', () => forge({ viewer: { id: 'u1' } })],
    ['that is no token', () => Promise.resolve('x.y.z')],
    [
      'that nobody signed',
      () =>
        Promise.resolve(
          `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify({ viewer: ada, iss: 'gateway', aud: 'orders', iat: start / 1000, exp: start / 1000 + 60 })).toString('base64url')}.`,
        ),
    ],
  ])('refuses a viewer %s', async (_, make) => {
    await expect(verifier(() => start).verify(await make())).rejects.toEqual(invalid);
  });

  test('refuses a viewer that was changed on its way', async () => {
    const { now } = clock();
    const [header, , signature] = (await signer(now).sign(anonymous, 'orders')).split('.');
    const [, payload] = (await signer(now).sign(ada, 'orders')).split('.');
    await expect(verifier(now).verify(`${header}.${payload}.${signature}`)).rejects.toEqual(invalid);
  });

  test('remembers a bounded number of viewers and still accepts the ones it forgot', async () => {
    const { now } = clock();
    const { verify } = verifier(now, 'orders', 2);
    const tokens = await Promise.all(
      ['a', 'b', 'c', 'd'].map((id) => signer(now).sign({ kind: 'service', id }, 'orders')),
    );
    for (const token of [...tokens, ...tokens]) expect(await verify(token)).toMatchObject({ kind: 'service' });
  });
});
