import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openOperationStore } from '@supergraph/gateway';
import { createAudit, pruneExpired } from '@supergraph/identity';
import { findDemoAccount, signIn as signInDemo } from '@supergraph/platform';
import { createLogger } from '@supergraph/service-kit';
import { eventually } from '@supergraph/testing';
import { decodeJwt } from 'jose';
import * as client from 'openid-client';
import { createBrowser } from './support/browser.ts';
import { inProcess } from './support/hosts.ts';
import {
  authorizationRequest,
  callback,
  credentialsOf,
  signInAs,
  somebodysApp,
  startIdentitySystem,
  type IdentitySystem,
} from './support/identity.ts';

const silent = createLogger({ service: 'tests', level: 'silent' });

/** A client library that knows nothing of ours (https://github.com/panva/openid-client) signs in through the gateway. */
let system: IdentitySystem;
let app: client.Configuration;
let partner: client.Configuration;

/** Longer than this machine is ever away. */
const graceSeconds = 3600;

beforeAll(async () => {
  system = await startIdentitySystem('oauth', inProcess, { REFRESH_GRACE_SECONDS: String(graceSeconds) });
  await system.clients.register(
    somebodysApp('parcels', {
      grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
    }),
  );
  const secret = await system.clients.register({
    id: 'warehouse',
    metadata: {
      client_name: 'Warehouse',
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'client_secret_basic',
    },
    scopes: ['order:read'],
  });
  app = await discover('parcels', client.None());
  partner = await discover('warehouse', client.ClientSecretBasic(secret ?? ''));
});
afterAll(() => system.end());

/** Lets a program that acts for itself run an operation. */
const register = async (clientId: string, body: string): Promise<void> => {
  const { store, close } = await openOperationStore({ url: system.environment.databaseUrl('gateway'), log: silent });
  const operation = { id: 'only', name: 'Only', type: 'query', body, cost: null } as const;
  await store.publish({ clientId, operations: [operation], problems: [], forced: false });
  await close();
};

const discover = (id: string, authentication: client.ClientAuth): Promise<client.Configuration> =>
  client.discovery(new URL(system.issuer), id, {}, authentication, { execute: [client.allowInsecureRequests] });

type Tokens = Awaited<ReturnType<typeof client.authorizationCodeGrant>>;

/** The whole way: the library asks, a person signs in and allows, the library exchanges the code. */
const signIn = async (name: string, browser = createBrowser()): Promise<Tokens> => {
  const { url, verifier } = authorizationRequest(system.issuer, 'parcels', { nonce: 'a-nonce' });
  const back = await signInAs(browser, url, name);
  return client.authorizationCodeGrant(app, back, {
    pkceCodeVerifier: verifier,
    expectedState: 'a-state',
    expectedNonce: 'a-nonce',
    idTokenExpected: true,
  });
};
const refresh = (tokens: Tokens): Promise<Tokens> => client.refreshTokenGrant(app, tokens.refresh_token ?? '');
const meOf = async (tokens: Tokens) => {
  const { status, body } = await system.ask(tokens.access_token);
  return { status, code: JSON.stringify(body.errors ?? null), data: body.data };
};

describe('a person signs in at a program of somebody else', () => {
  test('and the access token is what the API takes, for 15 minutes', async () => {
    const tokens = await signIn('carla');
    const carla = '00000000-0000-4000-8000-000000000005';
    expect(decodeJwt(tokens.access_token)).toMatchObject({
      iss: system.issuer,
      aud: 'commerce-supergraph',
      sub: carla,
      client_id: 'parcels',
      scope: 'order:read',
      roles: ['customer'],
      acr: 'urn:commerce-supergraph:acr:pwd',
      amr: ['pwd'],
      auth_time: expect.any(Number),
      jti: expect.any(String),
    });
    expect(tokens.expires_in).toBe(900);
    const { exp = 0, iat = 0 } = decodeJwt(tokens.access_token);
    expect(exp - iat).toBe(900);
    expect(tokens.claims()).toMatchObject({ sub: carla, aud: 'parcels', nonce: 'a-nonce', name: 'Carla' });
    expect(Number(tokens.claims()?.exp) - Number(tokens.claims()?.iat)).toBe(3600);
    expect((await meOf(tokens)).data).toEqual({ me: { id: carla, name: 'Carla' } });
  });

  test('and userinfo tells what was allowed, and no more', async () => {
    const tokens = await signIn('carla');
    const { sub = '' } = decodeJwt(tokens.access_token);
    expect(await client.fetchUserInfo(app, tokens.access_token, sub)).toEqual({
      sub,
      name: 'Carla',
      roles: ['customer'],
    });
  });

  test('and is not asked twice for the same', async () => {
    const browser = createBrowser();
    await signIn('dmitri', browser);
    const { url } = authorizationRequest(system.issuer, 'parcels', { prompt: undefined, scope: 'openid order:read' });
    const page = await browser.open(url, callback);
    expect(page.url.searchParams.get('code')).not.toBeNull();
  });

  test('or refuses, and the program is told so', async () => {
    const browser = createBrowser();
    const { url } = authorizationRequest(system.issuer, 'parcels');
    const password = await browser.open(url);
    const consent = await browser.submit(password, '/password', credentialsOf('carla'));
    expect(consent.text).toContain('Allow Parcel Tracker?');
    expect(consent.text).toContain('Read orders you may read');
    const back = await browser.submit(consent, '/cancel', {}, callback);
    expect(Object.fromEntries(back.url.searchParams)).toMatchObject({ error: 'access_denied', state: 'a-state' });
  });
});

describe('a refresh token', () => {
  test('is good for one exchange, and gives new tokens of all kinds', async () => {
    const first = await signIn('elif');
    const second = await refresh(first);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(second.access_token).not.toBe(first.access_token);
    expect(decodeJwt(second.access_token)).toMatchObject({
      acr: 'urn:commerce-supergraph:acr:pwd',
      auth_time: decodeJwt(first.access_token)['auth_time'],
    });
    expect((await meOf(second)).status).toBe(200);
    await refresh(second);
  });

  test('may come again within the grace when its answer was lost, and the lost answer is then worth nothing', async () => {
    const first = await signIn('farid');
    const lost = await refresh(first);
    const again = await refresh(first);
    expect(again.refresh_token).not.toBe(lost.refresh_token);
    await expect(refresh(lost)).rejects.toMatchObject({ error: 'invalid_grant' });
    // Whoever had the lost one is not the one who asked again: nobody can tell who is who, so both are out.
    await expect(refresh(again)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  test('that comes again although its answer was used ends its family at once, grace or not', async () => {
    const first = await signIn('giulia');
    const second = await refresh(first);
    const third = await refresh(second);
    await expect(refresh(first)).rejects.toMatchObject({ error: 'invalid_grant' });
    await expect(refresh(third)).rejects.toMatchObject({ error: 'invalid_grant' });
    await eventually(async () => expect((await meOf(third)).code).toContain('TOKEN_REVOKED'));
  });

  test('that comes again after the grace ends its family', async () => {
    const first = await signIn('hana');
    const second = await refresh(first);
    await system.db.query(
      `UPDATE refresh_tokens SET consumed_at = now() - make_interval(secs => $1) WHERE consumed_at > now() - interval '1 hour'`,
      [graceSeconds],
    );
    await expect(refresh(first)).rejects.toMatchObject({ error: 'invalid_grant' });
    await expect(refresh(second)).rejects.toMatchObject({ error: 'invalid_grant' });
    await eventually(async () => expect((await meOf(second)).code).toContain('TOKEN_REVOKED'));
  });

  test('of another program is refused, and its own program keeps it', async () => {
    await system.clients.register(somebodysApp('thief'));
    const tokens = await signIn('ivo');
    const thief = await discover('thief', client.None());
    await expect(client.refreshTokenGrant(thief, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    await refresh(tokens);
  });

  test('is kept until its own end, used or not, and then removed with what else has expired', async () => {
    const first = await signIn('priya');
    await refresh(first);
    expect(await pruneExpired(system.db)).toBe(0);
    const [grant] = await system.db.query<{ id: string }>('SELECT id FROM grants ORDER BY expires_at DESC LIMIT 1');
    await system.db.query('UPDATE refresh_tokens SET expires_at = now() - interval $$1 second$$ WHERE grant_id = $1', [
      grant?.id,
    ]);
    await system.db.query('UPDATE grants SET expires_at = now() - interval $$1 second$$ WHERE id = $1', [grant?.id]);
    expect(await pruneExpired(system.db)).toBe(3);
    await expect(refresh(first)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  test('is in no row of the database, and neither is a code or a secret', async () => {
    const tokens = await signIn('jonas');
    const rows = await system.db.query(
      'SELECT r::text AS row FROM refresh_tokens r UNION ALL SELECT c::text FROM client_secrets c UNION ALL SELECT g::text FROM grants g',
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(tokens.refresh_token);
  });
});

describe('a program that acts for itself', () => {
  test('gets the scopes it asked for and may have, and is no person', async () => {
    const tokens = await client.clientCredentialsGrant(partner, { scope: 'order:read order:write' });
    expect(decodeJwt(tokens.access_token)).toMatchObject({
      sub: 'warehouse',
      client_id: 'warehouse',
      scope: 'order:read',
      quota_tier: 'partner',
    });
    expect(decodeJwt(tokens.access_token)).not.toHaveProperty('roles');
    expect(await meOf(tokens)).toMatchObject({
      status: 403,
      code: expect.stringContaining('OPERATION_NOT_REGISTERED'),
    });
    await register('warehouse', '{ me { id name } }');
    await eventually(async () => expect(await meOf(tokens)).toMatchObject({ status: 200, data: { me: null } }));
  });

  test('has no rights at all without a scope', async () => {
    const tokens = await client.clientCredentialsGrant(partner);
    expect(decodeJwt(tokens.access_token)['scope']).toBe('');
  });

  test('needs its secret; while that is changed both hold, and then the new one alone', async () => {
    await expect(
      client.clientCredentialsGrant(await discover('warehouse', client.ClientSecretBasic('wrong'))),
    ).rejects.toMatchObject({ status: 401 });
    const renewed = await discover(
      'warehouse',
      client.ClientSecretBasic(await system.clients.rotateSecret('warehouse', 3600)),
    );
    await client.clientCredentialsGrant(renewed);
    await client.clientCredentialsGrant(partner);
    const last = await discover(
      'warehouse',
      client.ClientSecretBasic(await system.clients.rotateSecret('warehouse', 0)),
    );
    await client.clientCredentialsGrant(last);
    await expect(client.clientCredentialsGrant(renewed)).rejects.toMatchObject({ status: 401 });
    partner = last;
  });
});

test('a device without a browser shows a code, and gets its tokens when somebody has typed it in', async () => {
  const device = await client.initiateDeviceAuthorization(app, { scope: 'openid offline_access order:read' });
  expect(device.verification_uri).toBe(`${system.issuer}/oauth2/device`);
  const polling = client.pollDeviceAuthorizationGrant(app, { ...device, interval: 1 });
  const browser = createBrowser();
  const typed = await browser.submit(await browser.open(device.verification_uri), '/oauth2/device', {
    user_code: device.user_code,
  });
  expect(typed.text).toContain(device.user_code);
  const password = await browser.submit(typed, '/oauth2/device');
  const consent = await browser.submit(password, '/password', credentialsOf('keiko'));
  const done = await browser.submit(consent, '/consent');
  expect(done.text).toContain('Your device is connected');
  expect(decodeJwt((await polling).access_token)).toMatchObject({
    scope: 'order:read',
    roles: ['customer'],
    amr: ['pwd'],
  });
});

describe('a token that is given back', () => {
  test('is refused by the gateway within moments, and others of the same sign-in are not', async () => {
    const first = await signIn('lea');
    const second = await refresh(first);
    expect((await meOf(first)).status).toBe(200);
    await client.tokenRevocation(app, first.access_token);
    await eventually(async () => expect((await meOf(first)).code).toContain('TOKEN_REVOKED'));
    expect((await meOf(second)).status).toBe(200);
  });

  test('ends the whole sign-in when it is a refresh token', async () => {
    const tokens = await signIn('mateo');
    await client.tokenRevocation(app, tokens.refresh_token ?? '');
    await eventually(async () => expect((await meOf(tokens)).code).toContain('TOKEN_REVOKED'));
    await expect(refresh(tokens)).rejects.toMatchObject({ error: 'invalid_grant' });
    const { sub = '' } = decodeJwt(tokens.access_token);
    await expect(client.fetchUserInfo(app, tokens.access_token, sub)).rejects.toThrow();
  });

  test('is remembered by a gateway that was away meanwhile', async () => {
    const tokens = await signIn('nadia');
    await system.stop('gateway');
    // Identity itself is asked: the way through the gateway is closed.
    const body = new URLSearchParams({ client_id: 'parcels', token: tokens.access_token });
    const identity = system.environment.urlOf('identity');
    expect((await fetch(`${identity}/oauth2/revoke`, { method: 'POST', body })).status).toBe(200);
    await system.start('gateway');
    await eventually(async () => expect((await meOf(tokens)).code).toContain('TOKEN_REVOKED'));
  });

  test('of another program stays', async () => {
    const tokens = await signIn('oskar');
    await expect(client.tokenRevocation(partner, tokens.access_token)).rejects.toMatchObject({
      error: 'invalid_request',
    });
    expect((await meOf(tokens)).status).toBe(200);
  });
});

describe('introspection', () => {
  test('tells a program with a secret what a token says', async () => {
    const tokens = await signIn('priya');
    const told = await client.tokenIntrospection(partner, tokens.access_token);
    expect(told).toMatchObject({ active: true, client_id: 'parcels', scope: 'order:read', token_type: 'Bearer' });
    expect(await client.tokenIntrospection(partner, tokens.refresh_token ?? '')).toMatchObject({
      active: true,
      client_id: 'parcels',
    });
  });

  test('tells of a token that was revoked, or never was one, only that it is not active', async () => {
    const tokens = await signIn('quentin');
    await client.tokenRevocation(app, tokens.access_token);
    for (const token of [tokens.access_token, `${tokens.access_token}x`, 'nonsense', 'a.b.c'])
      expect(await client.tokenIntrospection(partner, token)).toEqual({ active: false });
  });

  test('tells a program without a secret, which could be anybody, of its own tokens only', async () => {
    const own = await signIn('rosa');
    const other = await client.clientCredentialsGrant(partner, { scope: 'order:read' });
    expect(await client.tokenIntrospection(app, own.access_token)).toMatchObject({ active: true });
    expect(await client.tokenIntrospection(app, other.access_token)).toEqual({ active: false });
  });
});

test('what happened is written down and published: sign-ins, failures, changes of programs, and no personal data', async () => {
  const dmitri = '00000000-0000-4000-8000-000000000006';
  await signIn('dmitri');
  const browser = createBrowser();
  const page = await browser.open(authorizationRequest(system.issuer, 'parcels').url);
  await browser.submit(page, '/password', { email: 'dmitri@example.com', password: 'not this one' });
  await browser.submit(page, '/password', { email: 'nobody@example.com', password: 'not this one' });
  const audit = createAudit({ db: system.db, log: { error: () => undefined } });
  const entries = await eventually(async () => {
    const found = await audit.read({ subject: dmitri, limit: 2 });
    expect(found.map(({ type }) => type)).toEqual(['UserSignInFailed', 'UserSignedIn']);
    return found;
  });
  expect(entries[0]?.data).toMatchObject({ userId: dmitri, clientId: 'parcels', reason: 'password' });
  expect(entries[1]?.data).toMatchObject({ userId: dmitri, clientId: 'parcels', amr: ['pwd'] });
  expect((await audit.read({ subject: 'warehouse', limit: 10 })).map(({ type }) => type)).toContain('ClientRegistered');
  expect(JSON.stringify(await audit.read({ subject: null, limit: 1000 }))).not.toContain('@example.com');
  await eventually(async () => {
    const [state] = await system.db.query<{ waiting: number }>(
      'SELECT (SELECT count(*)::int FROM events) - published_position::int AS waiting FROM relay_state',
    );
    expect(state?.waiting).toBe(0);
  });
});

test('the demo on the command line signs in as a browser would', async () => {
  const account = findDemoAccount('carla');
  if (account === undefined) throw new Error('There is no Carla.');
  expect((await system.ask(await signInDemo({ url: system.issuer, account }))).body.data).toMatchObject({
    me: { name: 'Carla' },
  });
});

test('who signs out is signed out: the next request asks for the password again', async () => {
  const browser = createBrowser();
  const tokens = await signIn('carla', browser);
  const url = client.buildEndSessionUrl(app, {
    id_token_hint: tokens.id_token ?? '',
    post_logout_redirect_uri: 'https://parcels.example/bye',
  });
  const question = await browser.open(url);
  expect(question.text).toContain('Sign out?');
  const bye = await browser.submit(question, '/confirm', { logout: 'yes' }, 'https://parcels.example/bye');
  expect(bye.url.href).toBe('https://parcels.example/bye');
  const page = await browser.open(authorizationRequest(system.issuer, 'parcels').url);
  expect(page.text).toContain('type="password"');
});
