import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createSigningKeys, readSecrets } from '@supergraph/identity';
import { eventually, startTestRedis, type TestServer } from '@supergraph/testing';
import { decodeProtectedHeader } from 'jose';
import { inProcess } from './support/hosts.ts';
import { refreshAt, signInAt, somebodysApp, startIdentitySystem, type IdentitySystem } from './support/identity.ts';

/** Whoever has a token is served, whatever happens to the service that gave it. */
let redis: TestServer;
let system: IdentitySystem;

beforeAll(async () => {
  redis = await startTestRedis();
  system = await startIdentitySystem('identity outages', inProcess, {
    REDIS_URL: redis.url,
  });
  await system.clients.register(somebodysApp('parcels'));
});
afterAll(async () => {
  await system.end();
  await redis.remove();
});

const signIn = (name: string) => signInAt(system.issuer, 'parcels', name);
const refresh = (refreshToken: string) => refreshAt(system.issuer, 'parcels', refreshToken);

/** Asks with these tokens until `work` is done, as often as their quota lets them; what was not answered well. */
const underLoad = async (tokens: readonly string[], work: () => Promise<void>): Promise<string[]> => {
  const failures: string[] = [];
  let answered = 0;
  let over = false;
  const workers = tokens.map(async (token) => {
    while (!over) {
      const { status, body } = await system
        .ask(token)
        .catch((error: unknown) => ({ status: 0, body: { errors: [String(error)] } }));
      answered += 1;
      // A person has 1,000 points a minute, however long this takes.
      await sleep(100);
      if (status !== 200 || body.errors !== undefined) failures.push(`${status} ${JSON.stringify(body.errors)}`);
    }
  });
  await work();
  over = true;
  await Promise.all(workers);
  expect(answered).toBeGreaterThan(tokens.length);
  return failures;
};

test('a new signing key costs no request: not with the tokens before it, and not with those that it signs', async () => {
  const before = await signIn('carla');
  const load: string[] = [before.access_token];
  const failures = await underLoad(load, async () => {
    const kid = await createSigningKeys({
      db: system.db,
      secrets: readSecrets(system.environment.keys.identitySecrets),
      leadSeconds: 1,
      tokenSeconds: 3600,
    }).rotate();
    const after = await eventually(
      async () => {
        const tokens = await signIn('elif');
        expect(decodeProtectedHeader(tokens.access_token).kid).toBe(kid);
        return tokens;
      },
      { timeoutMs: 40_000, everyMs: 500 },
    );
    const renewed = await refresh(before.refresh_token);
    for (const { access_token: token } of [before, after, renewed]) expect((await system.ask(token)).status).toBe(200);
  });
  expect(failures).toEqual([]);
});

test('a restart of identity costs no request, and sign-ins go on afterwards', async () => {
  const tokens = [await signIn('farid'), await signIn('giulia')];
  const failures = await underLoad(
    tokens.map(({ access_token: token }) => token),
    async () => {
      await system.stop('identity');
      const refused = await fetch(`${system.issuer}/oauth2/token`, { method: 'POST' });
      expect(refused.status).toBe(503);
      await system.start('identity');
      for (const { refresh_token: token } of tokens) await refresh(token);
    },
  );
  expect(failures).toEqual([]);
});

test('a restart of Redis costs no request, and what was revoked before it stays revoked', async () => {
  const [stays, goes] = [await signIn('hana'), await signIn('ivo')];
  const body = new URLSearchParams({ token: goes.access_token, client_id: 'parcels' });
  expect((await fetch(`${system.issuer}/oauth2/revoke`, { method: 'POST', body })).status).toBe(200);
  const failures = await underLoad([stays.access_token], async () => {
    await redis.kill();
    await sleep(200);
    await redis.start();
    await refresh(stays.refresh_token);
  });
  expect(failures).toEqual([]);
  expect((await system.ask(goes.access_token)).status).toBe(401);
});
