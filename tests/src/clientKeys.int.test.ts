import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey, type JWK } from 'jose';
import * as client from 'openid-client';
import { inProcess } from './support/hosts.ts';
import { startIdentitySystem, type IdentitySystem } from './support/identity.ts';

/** Programs that sign in with a key of their own (private_key_jwt, RFC 7523) in the place of a secret. */
let system: IdentitySystem;
let key: CryptoKey;
let publicKey: JWK;
let other: CryptoKey;
let otherPublicKey: JWK;

const depot = (keys: readonly JWK[]) => ({
  id: 'depot',
  metadata: {
    client_name: 'Depot',
    grant_types: ['client_credentials' as const],
    token_endpoint_auth_method: 'private_key_jwt' as const,
    jwks: { keys: keys.map((jwk) => ({ ...jwk, kty: 'EC' as const })) },
  },
  scopes: ['order:read' as const],
});

const makeKey = async (kid: string) => {
  const pair = await generateKeyPair('ES256', { extractable: true });
  return { privateKey: pair.privateKey, jwk: { ...(await exportJWK(pair.publicKey)), kid, alg: 'ES256', use: 'sig' } };
};

beforeAll(async () => {
  system = await startIdentitySystem('client keys', inProcess);
  ({ privateKey: key, jwk: publicKey } = await makeKey('d1'));
  ({ privateKey: other, jwk: otherPublicKey } = await makeKey('d2'));
  await system.clients.register(depot([publicKey]));
});
afterAll(() => system.end());

const tokensOf = async (privateKey: CryptoKey, kid: string) =>
  client.clientCredentialsGrant(
    await client.discovery(new URL(system.issuer), 'depot', {}, client.PrivateKeyJwt({ key: privateKey, kid }), {
      execute: [client.allowInsecureRequests],
    }),
    { scope: 'order:read' },
  );

type Claims = Readonly<Record<string, string | number | undefined>>;
const claimsOf = (over: Claims = {}): Record<string, string | number> => {
  const now = Math.floor(Date.now() / 1000);
  const claims: Claims = {
    iss: 'depot',
    sub: 'depot',
    aud: system.issuer,
    jti: randomUUID(),
    iat: now,
    exp: now + 60,
    ...over,
  };
  return Object.fromEntries(
    Object.entries(claims).filter((entry): entry is [string, string | number] => entry[1] !== undefined),
  );
};
const signed = (over: Claims = {}, by: CryptoKey = key, kid = 'd1'): Promise<string> =>
  new SignJWT(claimsOf(over)).setProtectedHeader({ alg: 'ES256', kid }).sign(by);

const ask = async (fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) => {
  const body = new URLSearchParams({ grant_type: 'client_credentials', scope: 'order:read', ...fields });
  const response = await fetch(`${system.issuer}/oauth2/token`, { method: 'POST', body, headers });
  // What the test asserts about it is its check.
  return { status: response.status, ...((await response.json()) as { error?: string; access_token?: string }) };
};
const askWith = (assertion: string) =>
  ask({
    client_id: 'depot',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  });

test('an independent client library signs in with its key', async () => {
  const tokens = await tokensOf(key, 'd1');
  expect(decodeJwt(tokens.access_token)).toMatchObject({ sub: 'depot', client_id: 'depot', scope: 'order:read' });
});

test('a key is changed with both in force for a while', async () => {
  await expect(tokensOf(other, 'd2')).rejects.toMatchObject({ error: 'invalid_client' });
  await system.clients.register(depot([publicKey, otherPublicKey]));
  await tokensOf(key, 'd1');
  await tokensOf(other, 'd2');
  await system.clients.register(depot([publicKey]));
  await expect(tokensOf(other, 'd2')).rejects.toMatchObject({ error: 'invalid_client' });
});

describe('an assertion', () => {
  test('is good once', async () => {
    const assertion = await signed();
    expect(await askWith(assertion)).toMatchObject({ status: 200 });
    expect(await askWith(assertion)).toMatchObject({ status: 401, error: 'invalid_client' });
  });

  test.each<[string, () => Promise<string> | string]>([
    ['by another key', () => signed({}, other)],
    ['by a key that was not registered', () => signed({}, other, 'd2')],
    ['for somebody else', () => signed({ aud: 'https://elsewhere.example' })],
    ['of another program', () => signed({ iss: 'demo-partner', sub: 'demo-partner' })],
    ['that speaks for another', () => signed({ sub: 'demo-partner' })],
    ['that has expired', () => signed({ iat: 1_700_000_000, exp: 1_700_000_060 })],
    ['without an end', () => signed({ exp: undefined })],
    ['without an id, so that it could come again', () => signed({ jti: undefined })],
    ['without a signature', () => new UnsecuredJWT(claimsOf()).encode()],
    [
      'that is signed with the public key as a secret',
      () =>
        new SignJWT(claimsOf())
          .setProtectedHeader({ alg: 'HS256', kid: 'd1' })
          .sign(new TextEncoder().encode(JSON.stringify(publicKey))),
    ],
  ])('%s is refused', async (_name, make) => {
    const answer = await askWith(await make());
    // What contradicts itself is a bad request before it is a bad client.
    expect([400, 401]).toContain(answer.status);
    expect(answer.error).toBe(answer.status === 401 ? 'invalid_client' : 'invalid_request');
    expect(answer).not.toHaveProperty('access_token');
  });
});

test.each([
  ['without anything', { client_id: 'depot' }, {}],
  ['with a secret', { client_id: 'depot', client_secret: 'none' }, {}],
  ['with a secret in the header', {}, { authorization: `Basic ${Buffer.from('depot:none').toString('base64')}` }],
])(
  'such a program is not let in %s',
  async (_name, fields: Record<string, string>, headers: Record<string, string>) => {
    expect(await ask(fields, headers)).toMatchObject({ status: 401, error: 'invalid_client' });
  },
);

describe('a registration', () => {
  test('with a private key in it is refused, and so is one without any key', async () => {
    const { privateKey } = await makeKey('d3');
    const leaked = { ...(await exportJWK(privateKey)), kid: 'd3' };
    await expect(async () => system.clients.register(depot([leaked]))).rejects.toThrow('must be public');
    const { jwks: _, ...metadata } = depot([publicKey]).metadata;
    await expect(async () => system.clients.register({ id: 'depot', metadata })).rejects.toThrow(
      'private_key_jwt needs jwks or jwks_uri',
    );
  });
});
