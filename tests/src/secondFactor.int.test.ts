import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { backupCodesIn, codeNow, nextCode, secretIn } from './support/authenticator.ts';
import { createBrowser, type Browser, type Page } from './support/browser.ts';
import { inProcess } from './support/hosts.ts';
import {
  authorizationRequest,
  callback,
  credentialsOf,
  exchangeCode,
  somebodysApp,
  startIdentitySystem,
  type IdentitySystem,
} from './support/identity.ts';

const mfa = 'urn:commerce-supergraph:acr:mfa';

let system: IdentitySystem;
beforeAll(async () => {
  system = await startIdentitySystem('factors', inProcess);
  await system.clients.register(somebodysApp('parcels'));
});
afterAll(() => system.end());

const ask = (over: Record<string, string | undefined> = {}) => authorizationRequest(system.issuer, 'parcels', over);

const consentAndExchange = async (browser: Browser, page: Page, verifier: string) => {
  const back = page.text.includes('/consent"') ? await browser.submit(page, '/consent', {}, callback) : page;
  return decodeJwt((await exchangeCode(system.issuer, back.url, verifier)).access_token);
};

/** Sets an authenticator app up for an account that has none, as a program may demand it. */
const enrol = async (name: string, browser = createBrowser()) => {
  const { url, verifier } = ask({ acr_values: mfa });
  const setUp = await browser.submit(await browser.open(url), '/password', credentialsOf(name));
  const secret = secretIn(setUp);
  const codes = await browser.submit(setUp, '/totp', { code: await codeNow(secret) });
  const claims = await consentAndExchange(browser, await browser.submit(codes, '/done', {}, callback), verifier);
  return { browser, secret, setUp, backupCodes: backupCodesIn(codes), claims };
};

const codePageOf = async (name: string, browser = createBrowser()): Promise<Page> =>
  browser.submit(await browser.open(ask().url), '/password', credentialsOf(name));

describe('an authenticator app', () => {
  test('is set up from a QR code, with ten backup codes, and the token says that there were two factors', async () => {
    const { setUp, secret, backupCodes, claims } = await enrol('carla');
    expect(setUp.text).toMatch(/<img src="data:image\/png;base64,[^"]+"[^>]* alt="[^"]+"/);
    expect(secret).toHaveLength(52);
    expect(new Set(backupCodes).size).toBe(10);
    expect(claims).toMatchObject({ acr: mfa, amr: ['pwd', 'otp', 'mfa'] });
  });

  test('is asked for at each sign-in from then on, and the code is good once', async () => {
    const { secret } = await enrol('dmitri');
    const browser = createBrowser();
    const page = await codePageOf('dmitri', browser);
    expect(page.text).toContain('Confirm that it is you');
    const wrong = await browser.submit(page, '/code', { code: '000000' });
    expect(wrong.status).toBe(401);
    const code = await nextCode(secret);
    const consent = await browser.submit(wrong, '/code', { code }, callback);
    expect(consent.status).not.toBe(401);
    const again = createBrowser();
    const refused = await again.submit(await codePageOf('dmitri', again), '/code', { code });
    expect(refused.status).toBe(401);
    expect(refused.text).toContain('was used before');
  });

  test('is not set up with a wrong code', async () => {
    const browser = createBrowser();
    const setUp = await browser.submit(
      await browser.open(ask({ acr_values: mfa }).url),
      '/password',
      credentialsOf('elif'),
    );
    const again = await browser.submit(setUp, '/totp', { code: '000000' });
    expect(again.status).toBe(401);
    expect(secretIn(again)).toBe(secretIn(setUp));
    expect((await codePageOf('elif')).text).not.toContain('Confirm that it is you');
  });

  test('cannot be gone past: neither the password alone nor a page of a later step ends the sign-in', async () => {
    await enrol('farid');
    const browser = createBrowser();
    const page = await codePageOf('farid', browser);
    const uid = /sign-in\/([^/"]+)\/code/.exec(page.text)?.[1] ?? '';
    for (const step of ['later', 'done', 'consent', 'totp']) {
      const forged = { ...page, text: page.text.replaceAll(`${uid}/code`, `${uid}/${step}`) };
      const answer = await browser.submit(forged, `/${step}`, { code: '000000' }, callback);
      expect(answer.text).toContain('Confirm that it is you');
    }
    const resumed = await browser.open(`${system.issuer}/oauth2/authorize/${uid}`, callback);
    expect(resumed.url.href).not.toContain('code=');
  });

  test('leaves its secret in no row of the database', async () => {
    const { secret, backupCodes } = await enrol('giulia');
    const rows = JSON.stringify(
      await system.db.query('SELECT f::text AS row FROM factors f UNION ALL SELECT b::text FROM backup_codes b'),
    );
    expect(rows).not.toContain(secret);
    for (const code of backupCodes) expect(rows).not.toContain(code);
  });
});

describe('a backup code', () => {
  test('signs in once, however it is typed', async () => {
    const { backupCodes } = await enrol('hana');
    const [code = ''] = backupCodes;
    const browser = createBrowser();
    const typed = code.toLowerCase().replace('-', ' ');
    const consent = await browser.submit(await codePageOf('hana', browser), '/code', { code: typed }, callback);
    expect(consent.text).not.toContain('Confirm that it is you');
    const again = createBrowser();
    expect((await again.submit(await codePageOf('hana', again), '/code', { code })).status).toBe(401);
  });

  test('of somebody else is worth nothing', async () => {
    const { backupCodes } = await enrol('ivo');
    await enrol('jonas');
    const browser = createBrowser();
    const answer = await browser.submit(await codePageOf('jonas', browser), '/code', { code: backupCodes[0] ?? '' });
    expect(answer.status).toBe(401);
  });
});

test('guessing codes is slowed down, also from many browsers at once', async () => {
  await enrol('keiko');
  const waiting: (readonly [Browser, Page])[] = [];
  for (let nth = 0; nth < 10; nth += 1) {
    const browser = createBrowser();
    waiting.push([browser, await codePageOf('keiko', browser)]);
  }
  const answers = await Promise.all(
    waiting.map(async ([browser, page], nth) => (await browser.submit(page, '/code', { code: `00000${nth}` })).status),
  );
  expect(answers.filter((status) => status === 401).length).toBeLessThanOrEqual(5);
  expect(answers).toContain(429);
});

describe('somebody who is signed in with a password', () => {
  test('types only the code when a program asks for two factors, and the new token has them', async () => {
    const browser = createBrowser();
    const plain = ask();
    const consent = await browser.submit(await browser.open(plain.url), '/password', credentialsOf('lea'));
    const before = await consentAndExchange(browser, consent, plain.verifier);
    expect(before['acr']).toBe('urn:commerce-supergraph:acr:pwd');
    const { url, verifier } = ask({ acr_values: mfa, prompt: undefined, scope: 'openid order:read' });
    const setUp = await browser.open(url);
    expect(setUp.text).toContain('Set up a second factor');
    expect(setUp.text).not.toContain('type="password"');
    const codes = await browser.submit(setUp, '/totp', { code: await codeNow(secretIn(setUp)) });
    const after = await consentAndExchange(browser, await browser.submit(codes, '/done', {}, callback), verifier);
    expect(after).toMatchObject({ sub: before.sub, acr: mfa, amr: ['pwd', 'otp', 'mfa'] });
    expect(Number(after['auth_time'])).toBeGreaterThanOrEqual(Number(before['auth_time']));
  });

  test('who had two factors lately is not asked again, until the program wants them newer', async () => {
    const { browser } = await enrol('mateo');
    const { url, verifier } = ask({ acr_values: mfa, prompt: undefined, scope: 'openid order:read' });
    expect((await consentAndExchange(browser, await browser.open(url, callback), verifier))['acr']).toBe(mfa);
    const newer = await browser.open(ask({ acr_values: mfa, prompt: 'login' }).url);
    expect(newer.text).toContain('type="password"');
  });
});

describe('an admin', () => {
  test('without a second factor is offered one while there is grace', async () => {
    const browser = createBrowser();
    const { url, verifier } = ask();
    const offer = await browser.submit(await browser.open(url), '/password', credentialsOf('grace'));
    expect(offer.text).toContain('needs a second factor from');
    const claims = await consentAndExchange(browser, await browser.submit(offer, '/later', {}, callback), verifier);
    expect(claims['acr']).toBe('urn:commerce-supergraph:acr:pwd');
  });

  test('must set one up when the grace is over', async () => {
    await system.usersDb.query(`UPDATE users SET created_at = now() - interval '31 days' WHERE name = 'Ada'`);
    await system.db.query(
      `INSERT INTO factor_duties (account_id, since) VALUES ('00000000-0000-4000-8000-000000000001', now() - interval '8 days')`,
    );
    const page = await codePageOf('ada');
    expect(page.text).toContain('Set up a second factor');
    expect(page.text).not.toContain('Later');
  });
});
