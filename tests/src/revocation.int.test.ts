import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createSigningKeys, readSecrets } from '@supergraph/identity';
import { findDemoAccount } from '@supergraph/platform';
import { eventually, startTestRedis, type TestServer } from '@supergraph/testing';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { WebSocket } from 'ws';
import { inProcessWith, processes, type Host } from './support/hosts.ts';
import {
  firstParty,
  ownToken,
  refreshAt,
  signInAt,
  somebodysApp,
  startIdentitySystem,
  type IdentitySystem,
} from './support/identity.ts';

/** Gateways look at nobody by themselves here, and identity is a process of its own, so that it can be killed. */
const inThisProcess = inProcessWith({ heartbeatSeconds: 3600 });
const host: Host = (name, env) => (name === 'identity' ? processes : inThisProcess)(name, env);

/** Tokens that end before their time, and what runs with them. */
let redis: TestServer;
let system: IdentitySystem;

beforeAll(async () => {
  redis = await startTestRedis();
  system = await startIdentitySystem('revocation', host, { REDIS_URL: redis.url });
  await system.start('orders');
  await system.clients.register(somebodysApp('parcels'));
  await system.clients.register({ ...somebodysApp('office'), firstParty: true });
});
afterAll(async () => {
  await system.end();
  await redis.remove();
});

const signIn = (name: string, clientId = 'parcels') => signInAt(system.issuer, clientId, name);
/** A program of our own: what it may do is what its user may. */
const signInAtOffice = async (name: string): Promise<string> =>
  (await signInAt(system.issuer, 'office', name, firstParty)).access_token;
const refresh = (refreshToken: string, clientId = 'parcels') => refreshAt(system.issuer, clientId, refreshToken);
const revoke = (token: string, issuer = system.issuer) =>
  fetch(`${issuer}/oauth2/revoke`, { method: 'POST', body: new URLSearchParams({ client_id: 'parcels', token }) });
const codeOf = async (token: string) => JSON.stringify((await system.ask(token)).body.errors ?? null);
const keys = () =>
  createSigningKeys({
    db: system.db,
    secrets: readSecrets(system.environment.keys.identitySecrets),
    leadSeconds: 3600,
    tokenSeconds: 3600,
  });

/** A WebSocket that is signed in, and how it is closed. */
const openSocket = async (token: string): Promise<{ closed: Promise<string> }> => {
  const socket = new WebSocket(`${system.issuer.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const closed = new Promise<string>((resolve) =>
    socket.once('close', (code, reason) => resolve(`${code} ${reason.toString()}`)),
  );
  await new Promise((resolve) => socket.once('open', resolve));
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
  await new Promise((resolve) => socket.once('message', resolve));
  return { closed };
};

/** A stream of events that is open; what it has sent when it ends. */
const openStream = async (token: string): Promise<{ ended: Promise<string> }> => {
  const response = await fetch(`${system.issuer}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ query: 'subscription { orderEvents { order { id } } }' }),
  });
  expect(response.status).toBe(200);
  return { ended: response.text() };
};

describe('what runs with a token', () => {
  test('ends at once when its sign-in does, and what others run goes on', async () => {
    const [mine, other] = [await signIn('carla'), await signIn('dmitri')];
    const [socket, stream, others] = await Promise.all([
      openSocket(mine.access_token),
      openStream(mine.access_token),
      openSocket(other.access_token),
    ]);
    let othersClosed = false;
    void others.closed.then(() => (othersClosed = true));
    expect((await revoke(mine.refresh_token)).status).toBe(200);
    expect(await socket.closed).toBe('4401 TOKEN_REVOKED');
    expect(await stream.ended).toContain('TOKEN_REVOKED');
    expect(othersClosed).toBe(false);
    expect((await system.ask(other.access_token)).status).toBe(200);
  });

  test('ends when it is given back itself', async () => {
    const { access_token: token } = await signIn('carla');
    const socket = await openSocket(token);
    await revoke(token);
    expect(await socket.closed).toBe('4401 TOKEN_REVOKED');
  });
});

describe('a program that is disabled', () => {
  test('ends with all that was given to it: what people run, their sign-ins, and its own tokens', async () => {
    await system.clients.register(somebodysApp('kiosk'));
    const [theirs, other] = [await signIn('carla', 'kiosk'), await signIn('carla')];
    const [socket, stream] = await Promise.all([openSocket(theirs.access_token), openStream(theirs.access_token)]);
    expect(await system.clients.disable('kiosk')).toBe(true);
    expect(await socket.closed).toBe('4401 TOKEN_REVOKED');
    expect(await stream.ended).toContain('TOKEN_REVOKED');
    expect(await codeOf(theirs.access_token)).toContain('TOKEN_REVOKED');
    const renew = () => refresh(theirs.refresh_token, 'kiosk');
    await expect(renew()).rejects.toThrow('invalid_client');
    expect((await system.ask(other.access_token)).status).toBe(200);
    expect(await system.clients.disable('kiosk')).toBe(false);

    // People have to allow it anew.
    expect(await system.clients.enable('kiosk')).toBe(true);
    await expect(renew()).rejects.toThrow('invalid_grant');
  });

  test('is refused what it holds for itself, and told so by introspection', async () => {
    const given = await system.clients.register({
      id: 'courier',
      metadata: {
        client_name: 'Courier',
        grant_types: ['client_credentials'],
        token_endpoint_auth_method: 'client_secret_post',
      },
      scopes: ['order:read'],
    });
    const secret = given ?? '';
    const courier = () => ownToken(system.issuer, 'courier', secret);
    const token = await courier();
    // A partner may run nothing that it has not registered; but it is known.
    expect(await codeOf(token)).toContain('OPERATION_NOT_REGISTERED');
    await system.clients.disable('courier');
    await eventually(async () => expect(await codeOf(token)).toContain('TOKEN_REVOKED'));
    await expect(courier()).rejects.toThrow('invalid_client');
    await system.clients.enable('courier');
    await courier();
    const body = new URLSearchParams({ client_id: 'courier', client_secret: secret, token });
    const answer = await fetch(`${system.issuer}/oauth2/introspect`, { method: 'POST', body });
    expect(await answer.json()).toEqual({ active: false });
  });

  test('must be one that is registered', async () => {
    await expect(system.clients.disable('nobody')).rejects.toThrow('There is no client nobody.');
  });
});

test('a scope that is taken from a program is gone within moments: from its own tokens, and from those of people', async () => {
  const scopes = ['order:read', 'user:read'] as const;
  const own = {
    id: 'ferry',
    metadata: {
      client_name: 'Ferry',
      grant_types: ['client_credentials' as const],
      token_endpoint_auth_method: 'client_secret_post' as const,
    },
  };
  const secret = (await system.clients.register({ ...own, scopes: [...scopes] })) ?? '';
  await system.clients.register({ ...somebodysApp('booth'), scopes: [...scopes] });
  const [program, person, other] = [
    await ownToken(system.issuer, 'ferry', secret),
    await signIn('carla', 'booth'),
    await signIn('carla'),
  ];

  await system.clients.register({ ...own, scopes: ['user:read'] });
  await system.clients.register({ ...somebodysApp('booth'), scopes: ['user:read'] });
  for (const token of [program, person.access_token])
    await eventually(async () => expect(await codeOf(token)).toContain('TOKEN_EXPIRED'));
  expect((await system.ask(other.access_token)).status).toBe(200);
  let renewed = person;
  // One of the same second as the change may be from before it.
  await eventually(async () => {
    renewed = await refresh(renewed.refresh_token, 'booth');
    expect((await system.ask(renewed.access_token)).status).toBe(200);
  });
  expect(decodeJwt(renewed.access_token)['scope']).not.toContain('order:read');
});

test('a role that is taken is gone within moments: from requests, from what runs, and from the next token', async () => {
  const tokens = await signIn('margaret');
  expect(decodeJwt(tokens.access_token)).toMatchObject({ roles: ['employee'] });
  const socket = await openSocket(tokens.access_token);
  const id = findDemoAccount('margaret')?.id ?? '';
  const assigned = await system.ask(
    await signInAtOffice('linus'),
    `mutation { assignRoles(input: { userId: "${id}", roles: [CUSTOMER] }) { user { id } } }`,
  );
  expect(assigned.body).toEqual({ data: { assignRoles: { user: { id } } } });
  expect(await socket.closed).toBe('4403 TOKEN_EXPIRED');
  expect(await codeOf(tokens.access_token)).toContain('TOKEN_EXPIRED');
  const renewed = await refresh(tokens.refresh_token);
  expect(decodeJwt(renewed.access_token)).toMatchObject({ roles: ['customer'] });
});

describe('a signing key that is withdrawn', () => {
  test('ends its tokens within moments, and another one signs', async () => {
    const before = await signIn('elif');
    const { kid = '' } = decodeProtectedHeader(before.access_token);
    const socket = await openSocket(before.access_token);
    const next = await keys().withdraw(kid);
    expect(next).not.toBe(kid);
    expect(await socket.closed).toBe('4401 TOKEN_REVOKED');
    expect(await codeOf(before.access_token)).toContain('TOKEN_REVOKED');
    const jwks = await eventually(async () => {
      const text = await (await fetch(`${system.issuer}/oauth2/jwks`)).text();
      expect(text).toContain(next);
      return text;
    });
    expect(jwks).not.toContain(kid);
    const after = await refresh(before.refresh_token);
    expect(decodeProtectedHeader(after.access_token).kid).toBe(next);
    // The gateway has never heard of this key, and asks for it.
    expect((await system.ask(after.access_token)).status).toBe(200);
  });

  test('is followed by the successor that is published already', async () => {
    const published = await keys().rotate();
    const [signs] = await keys().load();
    expect(signs?.kid).not.toBe(published);
    expect(await keys().withdraw(signs?.kid ?? '')).toBe(published);
    expect((await keys().load()).map(({ kid }) => kid)).toEqual([published]);
  });

  test('must be one that is published', async () => {
    await expect(keys().withdraw('nonsense')).rejects.toThrow('No key nonsense is published.');
  });
});

describe('a revocation while Redis is away', () => {
  // Identity signs with the key that is left, and the gateway has it: it could not ask for one while identity is away.
  beforeAll(async () => {
    const [left] = await keys().load();
    await eventually(async () => {
      const { access_token: token } = await signIn('lea');
      expect(decodeProtectedHeader(token).kid).toBe(left?.kid);
      expect((await system.ask(token)).status).toBe(200);
    });
  });

  test('is told when Redis is back, though identity was killed in between', async () => {
    const [goes, stays] = [await signIn('hana'), await signIn('ivo')];
    await redis.stop();
    const identity = system.environment.urlOf('identity');
    expect((await revoke(goes.access_token, identity)).status).toBe(200);
    await system.kill('identity');
    expect(await codeOf(goes.access_token)).toBe('null');
    await redis.start();
    await system.start('identity');
    await eventually(async () => expect(await codeOf(goes.access_token)).toContain('TOKEN_REVOKED'));
    expect((await system.ask(stays.access_token)).status).toBe(200);
  });

  test('is told again to a Redis that has lost everything', async () => {
    const goes = await signIn('jonas');
    await revoke(goes.access_token);
    await eventually(async () => expect(await codeOf(goes.access_token)).toContain('TOKEN_REVOKED'));
    await system.redis.flushall();
    await redis.kill();
    await sleep(100);
    await redis.start();
    await eventually(async () => {
      const members = await system.redis.zrange(`${system.environment.env['NAMESPACE']}identity:revoked`, '0', '-1');
      expect(members).toContain(`jti:${String(decodeJwt(goes.access_token).jti)}`);
    });
  });
});
