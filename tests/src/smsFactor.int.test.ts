import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { SmsMessage } from '@supergraph/identity';
import { findDemoAccount } from '@supergraph/platform';
import { decodeJwt } from 'jose';
import { createBrowser, type Browser, type Page } from './support/browser.ts';
import { inProcessWith } from './support/hosts.ts';
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

/** What telephones have received; a provider that is out of order while `broken`. */
const received: SmsMessage[] = [];
let broken = false;

let system: IdentitySystem;
beforeAll(async () => {
  const sms = async (message: SmsMessage): Promise<void> => {
    if (broken) throw new Error('the provider is out of order');
    received.push(message);
  };
  system = await startIdentitySystem('sms', inProcessWith({ sms }));
  await system.clients.register(somebodysApp('parcels'));
});
afterAll(() => system.end());

const ask = (over: Record<string, string | undefined> = {}) => authorizationRequest(system.issuer, 'parcels', over);

const lastCode = (number: string): string => {
  const message = received.findLast(({ to }) => to === number.replaceAll(' ', ''));
  return /^\d{6}/.exec(message?.text ?? '')?.[0] ?? '';
};
/** Another code than the right one. */
const otherThan = (code: string): string => (code === '000000' ? '000001' : '000000');

const setUpPageOf = async (name: string, browser: Browser): Promise<Page> =>
  browser.submit(await browser.open(ask({ acr_values: mfa }).url), '/password', credentialsOf(name));

/** Sets text messages up for an account that has no factor. */
const enrol = async (name: string, number: string) => {
  const browser = createBrowser();
  const { url, verifier } = ask({ acr_values: mfa });
  const setUp = await browser.submit(await browser.open(url), '/password', credentialsOf(name));
  const asked = await browser.submit(setUp, '/telephone', { telephone: number });
  const codes = await browser.submit(asked, '/telephone-code', { code: lastCode(number) });
  const back = await consent(browser, await browser.submit(codes, '/done', {}, callback));
  return { browser, codes, claims: decodeJwt((await exchangeCode(system.issuer, back.url, verifier)).access_token) };
};
const consent = async (browser: Browser, page: Page): Promise<Page> =>
  page.text.includes('/consent"') ? browser.submit(page, '/consent', {}, callback) : page;

/** A sign-in that has its password and was asked for the factor. */
const provePageOf = async (name: string) => {
  const browser = createBrowser();
  const { url, verifier } = ask();
  const page = await browser.submit(await browser.open(url), '/password', credentialsOf(name));
  return { browser, page, verifier };
};
/** The same, with a code on its way. */
const codeAskedFor = async (name: string) => {
  const asked = await provePageOf(name);
  return { ...asked, page: await asked.browser.submit(asked.page, '/send-sms') };
};
const namespace = (): string => system.environment.env['NAMESPACE'] ?? '';

/** An hour goes by for what counts the messages. */
const anHourLater = async (): Promise<void> => {
  const keys = await system.redis.keys(`${namespace()}identity:sms-sent:*`);
  if (keys.length > 0) await system.redis.del(...keys);
};

describe('text messages as a second factor', () => {
  test('are set up with a code that was sent to the telephone, and the token says what was used', async () => {
    const number = '+12025550101';
    const { claims, codes } = await enrol('carla', '+1 202 555 0101');
    expect(codes.text).toContain('Your backup codes');
    expect(claims).toMatchObject({ acr: mfa, amr: ['pwd', 'sms', 'mfa'] });
    // Browsers offer such a code on the page of that host only.
    expect(received.findLast(({ to }) => to === number)?.text).toMatch(/^(\d{6}) is your code[^]*\n@localhost #\1$/);
  });

  test('are asked for at each sign-in from then on, a code is good once, and the number is not shown', async () => {
    const number = '+12025550102';
    await enrol('dmitri', number);
    const { browser, page, verifier } = await provePageOf('dmitri');
    expect(page.text).toContain('•••• 02');
    expect(page.text).not.toContain(number);
    const asked = await browser.submit(page, '/send-sms');
    const back = await consent(browser, await browser.submit(asked, '/sms', { code: lastCode(number) }, callback));
    const { access_token: token } = await exchangeCode(system.issuer, back.url, verifier);
    expect(decodeJwt(token)).toMatchObject({ acr: mfa, amr: ['pwd', 'sms', 'mfa'] });

    const again = await codeAskedFor('dmitri');
    const code = lastCode(number);
    await again.browser.submit(again.page, '/sms', { code }, callback);
    await anHourLater();
    const replay = await codeAskedFor('dmitri');
    expect((await replay.browser.submit(replay.page, '/sms', { code })).status).toBe(
      code === lastCode(number) ? 303 : 401,
    );
  });

  test('answer a step-up of somebody who is signed in', async () => {
    const browser = createBrowser();
    const plain = ask();
    await consent(browser, await browser.submit(await browser.open(plain.url), '/password', credentialsOf('elif')));
    const { url, verifier } = ask({ acr_values: mfa, prompt: undefined, scope: 'openid order:read' });
    const setUp = await browser.open(url);
    expect(setUp.text).not.toContain('type="password"');
    const asked = await browser.submit(setUp, '/telephone', { telephone: '+12025550103' });
    const codes = await browser.submit(asked, '/telephone-code', { code: lastCode('+12025550103') });
    const back = await consent(browser, await browser.submit(codes, '/done', {}, callback));
    const { access_token: token } = await exchangeCode(system.issuer, back.url, verifier);
    expect(decodeJwt(token)).toMatchObject({ acr: mfa });
  });
});

describe('a code by text message', () => {
  test('ends with five wrong ones', async () => {
    const number = '+12025550104';
    await enrol('farid', number);
    const { browser, page } = await codeAskedFor('farid');
    const code = lastCode(number);
    for (let nth = 0; nth < 5; nth += 1)
      expect((await browser.submit(page, '/sms', { code: otherThan(code) })).status).toBe(401);
    // Were the wait over that guessing has brought: the code is worth nothing any more.
    await system.redis.del(`${namespace()}identity:attempts:factor:${findDemoAccount('farid')?.id}`);
    expect((await browser.submit(page, '/sms', { code })).status).toBe(401);
  });

  test('is slow to guess, also with many codes', async () => {
    const number = '+12025550105';
    await enrol('giulia', number);
    const { browser, page } = await codeAskedFor('giulia');
    const answers: number[] = [];
    for (let nth = 0; nth < 7; nth += 1)
      answers.push((await browser.submit(page, '/sms', { code: otherThan(lastCode(number)) })).status);
    expect(answers).toContain(429);
  });

  test('holds in the sign-in that asked for it, and in no other', async () => {
    const number = '+12025550106';
    await enrol('hana', number);
    const victim = await codeAskedFor('hana');
    const code = lastCode(number);
    const thief = await codeAskedFor('hana');
    if (code !== lastCode(number)) expect((await thief.browser.submit(thief.page, '/sms', { code })).status).toBe(401);
    const done = await victim.browser.submit(victim.page, '/sms', { code }, callback);
    expect(done.status).not.toBe(401);
  });

  test('is too old after five minutes', async () => {
    const number = '+12025550107';
    await enrol('ivo', number);
    const { browser, page } = await codeAskedFor('ivo');
    const keys = await system.redis.keys(`${namespace()}identity:sms:*`);
    for (const key of keys) expect(await system.redis.ttl(key)).toBeLessThanOrEqual(300);
    await system.redis.del(...keys);
    expect((await browser.submit(page, '/sms', { code: lastCode(number) })).status).toBe(401);
  });

  test('is sent three times an hour to an account, and no more', async () => {
    const number = '+12025550108';
    await enrol('jonas', number);
    await codeAskedFor('jonas');
    await codeAskedFor('jonas');
    const before = received.length;
    const { page } = await codeAskedFor('jonas');
    expect(page.status).toBe(429);
    expect(page.text).toContain('Three text messages an hour');
    expect(received).toHaveLength(before);
  });

  test('is sent three times an hour to a number, whoever asks', async () => {
    const number = '+12025550109';
    for (const name of ['keiko', 'lea', 'mateo']) {
      const browser = createBrowser();
      await browser.submit(await setUpPageOf(name, browser), '/telephone', { telephone: number });
    }
    const browser = createBrowser();
    const refused = await browser.submit(await setUpPageOf('nadia', browser), '/telephone', { telephone: number });
    expect(refused.status).toBe(429);
  });

  test('leaves neither itself nor its number in Redis or in the database', async () => {
    await anHourLater();
    const number = '+12025550110';
    await enrol('oskar', number);
    await codeAskedFor('oskar');
    const code = lastCode(number);
    const rows = JSON.stringify(await system.db.query('SELECT f::text AS row FROM factors f'));
    expect(rows).not.toContain(number);
    for (const key of await system.redis.keys(`${namespace()}identity:sms*`)) {
      const kept = (await system.redis.type(key)) === 'hash' ? JSON.stringify(await system.redis.hgetall(key)) : key;
      expect(kept).not.toContain(code);
      expect(kept).not.toContain(number);
    }
  });

  test('is no way past the factor that an account has: another telephone cannot be set up in its place', async () => {
    await anHourLater();
    await enrol('priya', '+12025550111');
    const { browser, page } = await provePageOf('priya');
    const forged = { ...page, text: page.text.replaceAll('/send-sms"', '/telephone"') };
    const answer = await browser.submit(forged, '/telephone', { telephone: '+12025550199' }, callback);
    expect(answer.text).toContain('Confirm that it is you');
    expect(received.some(({ to }) => to === '+12025550199')).toBe(false);
  });

  test('that cannot be sent is said to be so, and other ways remain', async () => {
    await enrol('quentin', '+12025550112');
    broken = true;
    const { page } = await codeAskedFor('quentin');
    broken = false;
    expect(page.status).toBe(503);
    expect(page.text).toContain('could not be sent');
    expect(page.text).toContain('Backup code');
  });
});

test.each(['2025550142', '+1 202 abc', ''])('"%s" is no number to send a code to', async (telephone) => {
  const browser = createBrowser();
  const answer = await browser.submit(await setUpPageOf('rosa', browser), '/telephone', { telephone });
  expect(answer.status).toBe(401);
  expect(answer.text).toContain('not a telephone number');
});
