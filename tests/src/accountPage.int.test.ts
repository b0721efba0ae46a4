import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createAudit, type SmsMessage } from '@supergraph/identity';
import { findDemoAccount } from '@supergraph/platform';
import { eventually } from '@supergraph/testing';
import { decodeJwt } from 'jose';
import { backupCodesIn, codeNow, nextCode, secretIn } from './support/authenticator.ts';
import { createBrowser, type Browser, type Page } from './support/browser.ts';
import { inProcessWith } from './support/hosts.ts';
import {
  authorizationRequest,
  callback,
  credentialsOf,
  refreshAt,
  signInAt,
  somebodysApp,
  startIdentitySystem,
  type IdentitySystem,
} from './support/identity.ts';

const received: SmsMessage[] = [];
let system: IdentitySystem;
beforeAll(async () => {
  const sms = async (message: SmsMessage): Promise<void> => void received.push(message);
  system = await startIdentitySystem('account', inProcessWith({ sms }));
  await system.clients.register(somebodysApp('parcels'));
});
afterAll(() => system.end());

const accountUrl = () => `${system.issuer}/oauth2/account`;
const idOf = (name: string): string => findDemoAccount(name)?.id ?? '';

/** Signs in to the page itself. */
const openAccount = async (name: string, browser = createBrowser()): Promise<{ browser: Browser; page: Page }> => {
  const page = await browser.submit(await browser.open(accountUrl()), '/password', credentialsOf(name));
  return { browser, page };
};

/** Adds an authenticator app on the page of somebody who has no factor. */
const addApp = async (name: string) => {
  const { browser, page } = await openAccount(name);
  const setUp = await browser.submit(page, '/add');
  const secret = secretIn(setUp);
  const codes = await browser.submit(setUp, '/totp', { code: await codeNow(secret) });
  return { browser, secret, codes, backupCodes: backupCodesIn(codes), page: await browser.submit(codes, '/done') };
};
/** The same, and has confirmed with the app that it is them. */
const addAppAndConfirm = async (name: string) => {
  const added = await addApp(name);
  const asked = await added.browser.submit(added.page, '/confirm');
  expect(asked.text).toContain('Confirm that it is you');
  return { ...added, page: await added.browser.submit(asked, '/code', { code: await nextCode(added.secret) }) };
};
/** A page whose form `from` goes to another step, as somebody would forge it. */
const redirected = (page: Page, from: string, to: string): Page => ({
  ...page,
  text: page.text.replaceAll(`/account/${from}"`, `/account/${to}"`),
});
const factorsOf = (name: string) =>
  system.db.query<{ id: string; kind: string }>('SELECT id, kind FROM factors WHERE account_id = $1', [idOf(name)]);

describe('the account page', () => {
  test('asks who is not signed in to do so, and comes back', async () => {
    const { page } = await openAccount('carla');
    expect(page.url.pathname).toBe('/oauth2/account');
    expect(page.text).toContain('You are signed in as Carla (carla@example.com)');
    expect(page.text).toContain('your password alone signs you in');
  });

  test('does not send whoever refuses to sign in round in circles', async () => {
    const browser = createBrowser();
    const page = await browser.submit(await browser.open(accountUrl()), '/cancel');
    expect(page.status).toBe(401);
    expect(page.text).toContain('You are not signed in');
  });

  test('loads nothing from elsewhere, runs no script, and cannot be framed', async () => {
    const { page } = await openAccount('carla');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('script-src');
    expect(page.text).not.toContain('<script');
    expect(page.headers.get('cache-control')).toBe('no-store');
  });
});

describe('second factors', () => {
  test('are added and removed by their owner, and the audit log tells of both', async () => {
    const { browser, page, backupCodes, codes } = await addAppAndConfirm('carla');
    expect(backupCodes).toHaveLength(10);
    expect(codes.text).toContain('Your backup codes');
    expect(page.text).toContain('Authenticator app');
    expect(page.text).toContain('10 backup codes are left');
    const [factor] = await factorsOf('carla');
    const removed = await browser.submit(page, '/remove', { factor: factor?.id ?? '' });
    expect(removed.text).toContain('The second factor is removed');
    expect(await factorsOf('carla')).toEqual([]);
    expect((await openAccount('carla')).page.text).toContain('your password alone signs you in');
    const audit = createAudit({ db: system.db, log: { error: () => undefined } });
    await eventually(async () => {
      const types = (await audit.read({ subject: idOf('carla'), limit: 20 })).map(({ type }) => type);
      expect(types).toEqual(expect.arrayContaining(['UserFactorAdded', 'UserFactorRemoved']));
    });
  });

  test('can be a telephone', async () => {
    const { browser, page } = await openAccount('dmitri');
    const asked = await browser.submit(await browser.submit(page, '/add'), '/telephone', {
      telephone: '+1 202 555 0170',
    });
    const code = /^\d{6}/.exec(received.at(-1)?.text ?? '')?.[0] ?? '';
    const codes = await browser.submit(asked, '/telephone-code', { code });
    expect(backupCodesIn(codes)).toHaveLength(10);
    expect((await browser.submit(codes, '/done')).text).toContain('Text messages •••• 70');
  });

  test('are not changed by who has signed in with a password alone, though the account has one', async () => {
    const before = await openAccount('elif');
    const { backupCodes } = await addApp('elif');
    const [factor] = await factorsOf('elif');
    const page = await before.browser.open(accountUrl());
    expect(page.text).not.toContain('/account/remove"');
    for (const step of ['remove', 'add', 'backup-codes', 'totp', 'telephone']) {
      const forged = redirected(page, 'confirm', step);
      const answer = await before.browser.submit(forged, `/${step}`, { factor: factor?.id ?? '', code: '000000' });
      expect(answer.text).toContain('Confirm that it is you');
    }
    expect(await factorsOf('elif')).toEqual([factor]);
    const browser = createBrowser();
    const asked = await browser.submit(await browser.open(accountUrl()), '/password', credentialsOf('elif'));
    const done = await browser.submit(asked, '/code', { code: backupCodes[0] ?? '' });
    expect(done.text).toContain('9 backup codes are left');
  });

  test('are not changed with a sign-in of more than five minutes ago', async () => {
    const { browser, page } = await addAppAndConfirm('farid');
    const [factor] = await factorsOf('farid');
    const namespace = system.environment.env['NAMESPACE'] ?? '';
    for (const key of await system.redis.keys(`${namespace}identity:Session:*`)) {
      if ((await system.redis.type(key)) !== 'hash') continue;
      const session = JSON.parse((await system.redis.hget(key, 'payload')) ?? '{}') as { loginTs: number };
      await system.redis.hset(key, 'payload', JSON.stringify({ ...session, loginTs: session.loginTs - 301 }));
    }
    const answer = await browser.submit(page, '/remove', { factor: factor?.id ?? '' });
    expect(answer.text).toContain('type="password"');
    expect(await factorsOf('farid')).toEqual([factor]);
  });

  test('of somebody else stay', async () => {
    await addApp('giulia');
    const [theirs] = await factorsOf('giulia');
    const { browser, page } = await addAppAndConfirm('hana');
    await browser.submit(page, '/remove', { factor: theirs?.id ?? '' });
    expect(await factorsOf('giulia')).toEqual([theirs]);
    expect(await factorsOf('hana')).toHaveLength(1);
  });

  test('of an admin can be changed, but the last one stays', async () => {
    const browser = createBrowser();
    const offer = await browser.submit(await browser.open(accountUrl()), '/password', credentialsOf('grace'));
    const page = await browser.submit(offer, '/later');
    const setUp = await browser.submit(page, '/add');
    const secret = secretIn(setUp);
    const codes = await browser.submit(setUp, '/totp', { code: await codeNow(secret) });
    const asked = await browser.submit(await browser.submit(codes, '/done'), '/confirm');
    const confirmed = await browser.submit(asked, '/code', { code: await nextCode(secret) });
    const [factor] = await factorsOf('grace');
    const answer = await browser.submit(confirmed, '/remove', { factor: factor?.id ?? '' });
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('Your account needs a second factor');
    expect(await factorsOf('grace')).toEqual([factor]);
  });

  test('have new backup codes, and those before them are worth nothing', async () => {
    const { browser, page, backupCodes } = await addAppAndConfirm('ivo');
    const renewed = backupCodesIn(await browser.submit(page, '/backup-codes'));
    expect(renewed).toHaveLength(10);
    const signIn = async (code: string): Promise<number> => {
      const other = createBrowser();
      const asked = await other.submit(await other.open(accountUrl()), '/password', credentialsOf('ivo'));
      return (await other.submit(asked, '/code', { code })).status;
    };
    expect(await signIn(backupCodes[0] ?? '')).toBe(401);
    expect(await signIn(renewed[0] ?? '')).toBe(200);
  });
});

describe('a form of the page', () => {
  test.each([
    ['without our token', { form_token: '' }, {}],
    ['with the token of another session', 'other', {}],
    ['from another site', {}, { origin: 'https://evil.example' }],
    ['that the browser calls cross-site', {}, { 'sec-fetch-site': 'cross-site' }],
  ])('%s is refused', async (_name, fields, headers: Record<string, string>) => {
    const { browser, page } = await openAccount('jonas');
    const tokenOf = (text: string) => /name="form_token" value="([^"]*)"/.exec(text)?.[1] ?? '';
    const theirs = fields === 'other' ? { form_token: tokenOf((await openAccount('keiko')).page.text) } : fields;
    const response = await fetch(`${accountUrl()}/withdraw`, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        cookie: [...browser.cookies('/oauth2/account')].map(([name, value]) => `${name}=${value}`).join('; '),
        origin: system.issuer,
        ...headers,
      },
      body: new URLSearchParams({ form_token: tokenOf(page.text), client: 'parcels', ...theirs }),
    });
    expect(response.status).toBe(403);
  });

  test('of somebody who is not signed in leads to the sign-in', async () => {
    const { page } = await openAccount('jonas');
    const answer = await createBrowser().submit(page, '/add');
    expect(answer.text).toContain('type="password"');
  });
});

describe('a program that may act for somebody', () => {
  const signIn = (name: string, browser?: Browser) => signInAt(system.issuer, 'parcels', name, {}, browser);
  const refresh = (refreshToken: string) => refreshAt(system.issuer, 'parcels', refreshToken);

  test('is shown with what it may, and loses all of it when its user says so; that of others stays', async () => {
    const browser = createBrowser();
    const [mine, others] = [await signIn('lea', browser), await signIn('mateo')];
    expect((await system.ask(mine.access_token)).status).toBe(200);
    const page = await browser.open(accountUrl());
    expect(page.text).toContain('Parcel Tracker');
    expect(page.text).toContain('Read orders you may read');
    const done = await browser.submit(page, '/withdraw', { client: 'parcels' });
    expect(done.text).toContain('has no access any more');
    expect(done.text).not.toContain('Parcel Tracker');
    await eventually(async () =>
      expect(JSON.stringify((await system.ask(mine.access_token)).body)).toContain('TOKEN_REVOKED'),
    );
    await expect(refresh(mine.refresh_token)).rejects.toThrow('invalid_grant');
    expect((await system.ask(others.access_token)).status).toBe(200);
    expect(decodeJwt((await refresh(others.refresh_token)).access_token).sub).toBe(idOf('mateo'));
  });

  test('has to ask again afterwards', async () => {
    const browser = createBrowser();
    await signIn('nadia', browser);
    const again = authorizationRequest(system.issuer, 'parcels', { prompt: undefined, scope: 'openid order:read' });
    expect((await browser.open(again.url, callback)).url.searchParams.get('code')).not.toBeNull();
    await browser.submit(await browser.open(accountUrl()), '/withdraw', { client: 'parcels' });
    expect((await browser.open(again.url, callback)).text).toContain('Allow Parcel Tracker?');
  });
});
