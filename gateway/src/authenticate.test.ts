import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createRevocationSet, revoked, type TokenReference } from '@supergraph/auth';
import { DomainError } from '@supergraph/errors';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey, type JWTPayload } from 'jose';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startShop, type Shop } from '../test/shop.ts';
import { composed, startTestGateway } from '../test/startTestGateway.ts';
import { createAuthenticate } from './authenticate.ts';
import { createKeys } from './keys.ts';

const issuer = 'https://issuer.example';
const audience = 'shop';
const now = () => Math.floor(Date.now() / 1000);

type Keys = { privateKey: CryptoKey; jwk: Record<string, unknown> };
const makeKeys = async (kid: string): Promise<Keys> => {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' } };
};

type Claims = { [Name in keyof JWTPayload]: JWTPayload[Name] | undefined };

const sign = (keys: Keys, claims: Claims = {}, kid = 'k1'): Promise<string> =>
  new SignJWT(withoutUndefined({ sub: 'u1', iss: issuer, aud: audience, exp: now() + 60, ...claims }))
    .setProtectedHeader({ alg: 'RS256', kid })
    .sign(keys.privateKey);

const withoutUndefined = (claims: Claims): JWTPayload =>
  Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));

let good: Keys;
let other: Keys;
let jwks: string;

beforeAll(async () => {
  [good, other] = await Promise.all([makeKeys('k1'), makeKeys('k1')]);
  jwks = join(mkdtempSync(join(tmpdir(), 'jwks-')), 'jwks.json');
  writeFileSync(jwks, JSON.stringify({ keys: [good.jwk] }));
});

const authenticate = (authorization: string | undefined) =>
  createAuthenticate({ jwks, issuer, audience })(authorization);
const principalOf = async (claims: Claims) => (await authenticate(`Bearer ${await sign(good, claims)}`)).principal;

describe('a good token', () => {
  test('of a person gives roles, and no scope means unrestricted', async () => {
    expect(await principalOf({ roles: ['manager', 'customer'] })).toEqual({
      kind: 'user',
      id: 'u1',
      roles: ['customer', 'manager'],
      scopes: null,
    });
  });

  test('with scopes is restricted to them, and to nothing by an empty one', async () => {
    expect(await principalOf({ scope: 'order:read  user:read' })).toMatchObject({
      scopes: ['order:read', 'user:read'],
    });
    expect(await principalOf({ scope: '' })).toMatchObject({ scopes: [] });
  });

  test('says how the person signed in', async () => {
    expect(await principalOf({ acr: 'mfa', amr: ['pwd', 'otp'], auth_time: 1_700_000_000 })).toMatchObject({
      acr: 'mfa',
      amr: ['pwd', 'otp'],
      authTime: 1_700_000_000,
    });
  });

  test('of a program that is its own subject gives a client with its scopes and nothing else', async () => {
    expect(await principalOf({ sub: 'partner', client_id: 'partner', scope: 'order:read', roles: ['admin'] })).toEqual({
      kind: 'client',
      id: 'partner',
      scopes: ['order:read'],
    });
    expect(await principalOf({ sub: 'partner', client_id: 'partner' })).toEqual({
      kind: 'client',
      id: 'partner',
      scopes: [],
    });
  });

  test('of a program says what quota it was registered with, and of a person does not', async () => {
    const claims = { client_id: 'partner', quota_tier: 'gold' };
    expect(await principalOf({ ...claims, sub: 'partner' })).toMatchObject({ kind: 'client', quotaTier: 'gold' });
    expect(await principalOf(claims)).not.toHaveProperty('quotaTier');
  });

  test('of a person through a program is the person', async () => {
    expect(await principalOf({ client_id: 'web', scope: 'order:read' })).toMatchObject({
      kind: 'user',
      id: 'u1',
      scopes: ['order:read'],
    });
  });

  test('grants nothing for roles that we do not know', async () => {
    expect(await principalOf({ roles: ['root', 'customer'] })).toMatchObject({ roles: ['customer'] });
  });

  test('says when it ends', async () => {
    const exp = now() + 30;
    expect((await authenticate(`bearer ${await sign(good, { exp })}`)).expiresAt).toBe(exp);
  });
});

test('nobody without a token, and everybody without a configuration, is anonymous', async () => {
  expect(await authenticate(undefined)).toEqual({ principal: { kind: 'anonymous' }, expiresAt: null });
  expect(await createAuthenticate(null)('Bearer nonsense')).toEqual({
    principal: { kind: 'anonymous' },
    expiresAt: null,
  });
});

describe('a bad token', () => {
  test.each([
    ['another issuer', async () => sign(good, { iss: 'https://evil.example' })],
    ['another audience', async () => sign(good, { aud: 'other' })],
    ['no expiry', async () => sign(good, { exp: undefined })],
    ['no subject', async () => sign(good, { sub: undefined })],
    ['another key under the same id', async () => sign(other)],
    ['an unknown key', async () => sign(good, {}, 'k2')],
    ['roles that are no list', async () => sign(good, { roles: 'admin' })],
    ['no signature', async () => new UnsecuredJWT({ sub: 'u1', iss: issuer, aud: audience, exp: now() + 60 }).encode()],
    [
      'the public key used as a shared secret',
      async () =>
        new SignJWT({ sub: 'u1', iss: issuer, aud: audience, exp: now() + 60 })
          .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
          .sign(new TextEncoder().encode(JSON.stringify(good.jwk))),
    ],
    ['no form at all', async () => 'nonsense'],
  ])('with %s is TOKEN_INVALID', async (_name, token) => {
    await expect(authenticate(`Bearer ${await token()}`)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  });

  test('of another scheme is TOKEN_INVALID', async () => {
    await expect(authenticate('Basic dTpw')).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  });

  test('that was good once is TOKEN_EXPIRED', async () => {
    await expect(authenticate(`Bearer ${await sign(good, { exp: now() - 60 })}`)).rejects.toMatchObject({
      code: 'TOKEN_EXPIRED',
    });
  });
});

describe('a token that was verified', () => {
  const config = () => ({ jwks, issuer, audience });

  test('is not verified again, and is anonymous to nobody', async () => {
    let lookups = 0;
    const keys = createKeys(jwks);
    const check = createAuthenticate(config(), { keys: (...given) => ((lookups += 1), keys(...given)) });
    const header = `Bearer ${await sign(good)}`;
    const first = await check(header);
    expect(await check(header)).toEqual(first);
    expect(lookups).toBe(1);
  });

  test('is refused from the moment of its expiry, with the tolerance that all have', async () => {
    let clock = Date.now();
    const check = createAuthenticate(config(), { now: () => clock });
    const exp = now() + 30;
    const header = `Bearer ${await sign(good, { exp })}`;
    await check(header);
    clock = (exp + 4) * 1000;
    await check(header);
    clock = (exp + 5) * 1000;
    await expect(async () => check(header)).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
    await expect(async () => check(header)).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
  });

  test.each([
    ['itself was revoked', revoked.token('t1'), 'TOKEN_REVOKED'],
    ['its grant was revoked', revoked.grant('g1'), 'TOKEN_REVOKED'],
    ['the key that signed it was revoked', revoked.key('k1'), 'TOKEN_REVOKED'],
    ['its program was disabled', revoked.client('c1', now()), 'TOKEN_REVOKED'],
    ['its user has fewer roles than when it was issued', revoked.rights('u1', now()), 'TOKEN_EXPIRED'],
  ])('is refused once %s', async (_name, member, code) => {
    const known = createRevocationSet();
    const revocations = { endOf: known.endOf, watch: () => () => {} };
    const check = createAuthenticate(config(), { revocations });
    const header = `Bearer ${await sign(good, { jti: 't1', grant_id: 'g1', client_id: 'c1' })}`;
    await check(header);
    known.add({ member, until: Infinity });
    await expect(async () => check(header)).rejects.toMatchObject({ code });
  });

  test('is followed by what it can be revoked by, for as long as somebody asks', async () => {
    const followed: TokenReference[] = [];
    const revocations = {
      endOf: () => null,
      watch: (token: TokenReference) => (followed.push(token), () => followed.pop()),
    };
    const check = createAuthenticate(config(), { revocations });
    const { watch } = await check(`Bearer ${await sign(good, { jti: 't1', grant_id: 'g1', client_id: 'c1' })}`);
    const stop = watch?.(() => {});
    expect(followed).toEqual([
      { jti: 't1', grantId: 'g1', kid: 'k1', accountId: 'u1', clientId: 'c1', issuedAt: null },
    ]);
    stop?.();
    expect(followed).toEqual([]);
  });

  test.each(['nbf', 'iat'])('is not valid before its time (%s)', async (claim) => {
    const header = `Bearer ${await sign(good, { [claim]: now() + 60, exp: now() + 120 })}`;
    await expect(authenticate(header)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  });
});

describe('keys', () => {
  test('in a file are read again when it changes', async () => {
    let clock = 0;
    const check = createAuthenticate({ jwks, issuer, audience }, { keys: createKeys(jwks, () => clock) });
    const next = await makeKeys('k2');
    await check(`Bearer ${await sign(good)}`);
    writeFileSync(jwks, JSON.stringify({ keys: [next.jwk] }));
    clock += 1_000;
    await check(`Bearer ${await sign(next, {}, 'k2')}`);
    const another = await sign(good, { jti: 'not verified before' });
    await expect(check(`Bearer ${another}`)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
    writeFileSync(jwks, JSON.stringify({ keys: [good.jwk] }));
  });

  test('that cannot be read are an outage, not a bad token', async () => {
    const gone = join(mkdtempSync(join(tmpdir(), 'jwks-')), 'gone.json');
    const check = createAuthenticate({ jwks: gone, issuer, audience });
    await expect(check(`Bearer ${await sign(good)}`)).rejects.toMatchObject({ code: 'IDENTITY_UNAVAILABLE' });
    rmSync(gone, { force: true });
  });

  test('are fetched from a URL; an issuer that is away or answers with an error is an outage', async () => {
    let status = 500;
    const server: Server = createServer((_request, response) => {
      response
        .writeHead(status, { 'content-type': 'application/json', connection: 'close' })
        .end(JSON.stringify({ keys: [good.jwk] }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/jwks`;
    const check = createAuthenticate({ jwks: url, issuer, audience });
    const token = `Bearer ${await sign(good)}`;
    await expect(check(token)).rejects.toMatchObject({ code: 'IDENTITY_UNAVAILABLE' });
    status = 200;
    expect((await check(token)).principal).toMatchObject({ id: 'u1' });
    await new Promise((resolve) => server.close(resolve));
    // One who has the keys already does not need the issuer.
    expect((await check(`Bearer ${await sign(good, { jti: 'later' })}`)).principal).toMatchObject({ id: 'u1' });
    await expect(createAuthenticate({ jwks: url, issuer, audience })(token)).rejects.toMatchObject({
      code: 'IDENTITY_UNAVAILABLE',
    });
  });
});

describe('a key that nobody knows', () => {
  let server: Server;
  let url: string;
  let published: readonly Keys[];
  let fetches: number;
  let clock: number;
  let check: ReturnType<typeof createAuthenticate>;

  beforeEach(async () => {
    [published, fetches, clock] = [[good], 0, 0];
    server = createServer((_request, response) => {
      fetches += 1;
      response.setHeader('connection', 'close').end(JSON.stringify({ keys: published.map(({ jwk }) => jwk) }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/jwks`;
    check = createAuthenticate({ jwks: url, issuer, audience }, { keys: createKeys(url, () => clock) });
    await check(`Bearer ${await sign(good)}`);
  });
  afterEach(() => void server.close());

  const codeOf = async (keys: Keys, kid: string) => {
    try {
      await check(`Bearer ${await sign(keys, {}, kid)}`);
      return 'accepted';
    } catch (error) {
      return error instanceof DomainError ? error.code : error;
    }
  };

  test('is looked up at once, and again when it is published a moment after its first token', async () => {
    const next = await makeKeys('k2');
    expect(await codeOf(next, 'k2')).toBe('TOKEN_INVALID');
    published = [good, next];
    expect(await codeOf(next, 'k2')).toBe('accepted');
    expect(fetches).toBe(3);
  });

  test('is looked up so often only, whoever makes tokens up, and again after a while', async () => {
    for (let nth = 0; nth < 50; nth += 1) expect(await codeOf(other, `made up ${nth}`)).toBe('TOKEN_INVALID');
    expect(fetches).toBe(1 + 10);
    clock += 6_000;
    const next = await makeKeys('k2');
    published = [good, next];
    expect(await codeOf(next, 'k2')).toBe('accepted');
    expect(await codeOf(other, 'k3')).toBe('TOKEN_INVALID');
    expect(fetches).toBe(1 + 11);
  });

  test('is an outage while the issuer is away, and no bad token, however often it comes', async () => {
    server.close();
    for (let nth = 0; nth < 20; nth += 1) expect(await codeOf(other, 'k2')).toBe('IDENTITY_UNAVAILABLE');
    expect(await codeOf(good, 'k1')).toBe('accepted');
  });
});

describe('over HTTP', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await startShop();
  });
  afterAll(() => shop.close());

  test('a bad token is a 401 with a code and nothing goes upstream; a good one never goes upstream itself', async () => {
    const gateway = await startTestGateway(composed({ accounts: shop.accounts, orders: shop.orders }), {
      authentication: { jwks, issuer, audience },
    });
    const ask = async (token: string) =>
      gateway.post({ query: '{ users { id } }' }, { authorization: `Bearer ${token}` });

    const refused = await ask('nonsense');
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer error="invalid_token"/);
    expect(refused.body.errors?.[0]?.extensions).toEqual({ code: 'TOKEN_INVALID', category: 'UNAUTHENTICATED' });
    expect((await ask(await sign(good, { exp: 1 }))).body.errors?.[0]?.extensions?.['code']).toBe('TOKEN_EXPIRED');
    expect(shop.accounts.requests).toEqual([]);

    const token = await sign(good);
    expect((await ask(token)).status).toBe(200);
    expect(shop.accounts.requests).toHaveLength(1);
    expect(JSON.stringify(shop.accounts.requests)).not.toContain(token);
    expect(JSON.stringify(gateway.lines)).not.toContain(token);
    expect(gateway.lines).toContainEqual(expect.objectContaining({ principal: 'user', status: 200 }));
    await gateway.close();
  });
});
