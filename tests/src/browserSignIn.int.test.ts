import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findDemoAccount } from '@supergraph/platform';
import { eventually } from '@supergraph/testing';
import { decodeJwt } from 'jose';
import * as client from 'openid-client';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { z } from 'zod';
import { codeNow, nextCode } from './support/authenticator.ts';
import { launchChromium } from './support/chromium.ts';
import { inProcess } from './support/hosts.ts';
import { credentialsOf, startIdentitySystem, type IdentitySystem } from './support/identity.ts';
import { readQrCode } from './support/qrCode.ts';

/** A person in front of a real browser, and a program that knows nothing of ours. */
let system: IdentitySystem;
let browser: Browser;
let program: Server;
let app: client.Configuration;
let redirectUri: string;

const mfa = 'urn:commerce-supergraph:acr:mfa';

beforeAll(async () => {
  browser = await launchChromium();
  // The page that the program shows when it is called back.
  program = createServer((_request, response) => response.setHeader('content-type', 'text/html').end('<h1>Back</h1>'));
  await new Promise<void>((resolve) => program.listen(0, '127.0.0.1', resolve));
  const address = program.address();
  const home = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  redirectUri = `${home}/callback`;
  system = await startIdentitySystem('browser', inProcess);
  await system.clients.register({
    id: 'parcels',
    metadata: {
      client_name: 'Parcel Tracker',
      redirect_uris: [redirectUri],
      post_logout_redirect_uris: [`${home}/bye`],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    },
    scopes: ['order:read', 'user:read'],
  });
  app = await client.discovery(new URL(system.issuer), 'parcels', {}, client.None(), {
    execute: [client.allowInsecureRequests],
  });
});
afterAll(async () => {
  await browser.close();
  await system.end();
  program.close();
});

const ask = async (over: Record<string, string> = {}) => {
  const verifier = client.randomPKCECodeVerifier();
  const url = client.buildAuthorizationUrl(app, {
    redirect_uri: redirectUri,
    scope: 'openid profile offline_access order:read user:read',
    prompt: 'consent',
    state: 's1',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...over,
  });
  return { url: url.href, verifier };
};
const typePassword = async (page: Page, name: string): Promise<void> => {
  const { email, password } = credentialsOf(name);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
};
const allow = async (page: Page): Promise<void> => {
  await page.getByRole('heading', { name: 'Allow Parcel Tracker?' }).waitFor();
  await page.getByRole('button', { name: 'Allow' }).click();
};
const exchange = async (page: Page, verifier: string) => {
  await page.waitForURL(`${redirectUri}**`);
  return client.authorizationCodeGrant(app, new URL(page.url()), { pkceCodeVerifier: verifier, expectedState: 's1' });
};

/** A new person at the same machine: no cookies. Complaints of the page about itself end the test. */
const newContext = async (): Promise<{ context: BrowserContext; page: Page; complaints: string[] }> => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) complaints.push(message.text());
  });
  return { context, page, complaints };
};

/** A device that keeps passkeys, and knows its person. */
const addAuthenticator = async (context: BrowserContext, page: Page): Promise<void> => {
  const devtools = await context.newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
};

describe('a person', () => {
  test('signs in, allows the program, which asks the graph, refreshes, and signs the person out', async () => {
    const { context, page, complaints } = await newContext();
    const { url, verifier } = await ask();
    await page.goto(url);
    await typePassword(page, 'carla');
    await allow(page);
    const tokens = await exchange(page, verifier);
    expect((await system.ask(tokens.access_token)).body.data).toMatchObject({ me: { name: 'Carla' } });
    const renewed = await client.refreshTokenGrant(app, tokens.refresh_token ?? '');
    expect((await system.ask(renewed.access_token)).status).toBe(200);

    await page.goto(
      client.buildEndSessionUrl(app, {
        id_token_hint: tokens.id_token ?? '',
        post_logout_redirect_uri: redirectUri.replace('/callback', '/bye'),
      }).href,
    );
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Back' }).waitFor();
    await page.goto((await ask()).url);
    await page.getByLabel('Password').waitFor();
    // A program that may act when its user is away is signed out by giving its refresh token back.
    await client.tokenRevocation(app, renewed.refresh_token ?? '');
    await eventually(async () => expect((await system.ask(renewed.access_token)).status).toBe(401));
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('can do all of it with the keyboard alone, and nothing is wider than a phone', async () => {
    const { context, page } = await newContext();
    const { url, verifier } = await ask();
    await page.goto(url);
    const { email, password } = credentialsOf('dmitri');
    // The first field gets the focus by itself, at the first rendering.
    await page.locator('input[type=email]:focus, input[name=email]:focus').waitFor();
    await page.keyboard.type(email);
    await page.keyboard.press('Tab');
    await page.keyboard.type(password);
    expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Allow Parcel Tracker?' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await exchange(page, verifier);
    await context.close();
  });

  test('reads the QR code into an app, and signs in with its code the next time', async () => {
    const { context, page, complaints } = await newContext();
    const first = await ask({ acr_values: mfa });
    await page.goto(first.url);
    await typePassword(page, 'elif');
    await page.getByRole('heading', { name: 'Set up a second factor' }).waitFor();
    const uri = new URL(await readQrCode(page));
    expect(`${uri.protocol}//${uri.host}`).toBe('otpauth://totp');
    const { secret = '', ...others } = Object.fromEntries(uri.searchParams);
    // Apps take for granted what is the usual; the usual hash is SHA-1.
    expect(others).toMatchObject({ issuer: 'Commerce Supergraph', algorithm: 'SHA256' });
    expect(secret).toBe((await page.locator('code').first().innerText()).replaceAll(' ', ''));
    await page.getByLabel('Code that the app shows').fill(await codeNow(secret));
    await page.getByRole('button', { name: 'Set up' }).click();
    await page.getByRole('heading', { name: 'Your backup codes' }).waitFor();
    expect(await page.locator('li code').count()).toBe(10);
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await allow(page);
    expect(decodeJwt((await exchange(page, first.verifier)).access_token)).toMatchObject({
      acr: mfa,
      amr: ['pwd', 'otp', 'mfa'],
    });
    await context.clearCookies();

    const second = await ask();
    await page.goto(second.url);
    await typePassword(page, 'elif');
    await page.getByLabel('Code from your authenticator app').fill(await nextCode(secret));
    await page.getByRole('button', { name: 'Continue' }).click();
    await allow(page);
    expect(decodeJwt((await exchange(page, second.verifier)).access_token)).toMatchObject({ acr: mfa });
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('makes a passkey, and signs in with it the next time', async () => {
    const { context, page, complaints } = await newContext();
    await addAuthenticator(context, page);
    const first = await ask({ acr_values: mfa });
    await page.goto(first.url);
    await typePassword(page, 'farid');
    await page.getByRole('button', { name: 'Use a passkey instead' }).click();
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await allow(page);
    expect(decodeJwt((await exchange(page, first.verifier)).access_token)).toMatchObject({ acr: mfa });
    await context.clearCookies();

    const second = await ask();
    await page.goto(second.url);
    await typePassword(page, 'farid');
    await page.getByRole('button', { name: 'Use your passkey' }).click();
    await allow(page);
    const claims = decodeJwt((await exchange(page, second.verifier)).access_token);
    expect(claims).toMatchObject({ acr: mfa });
    expect(claims['amr']).toEqual(expect.arrayContaining(['pwd', 'mfa']));
    expect(complaints).toEqual([]);
    await context.close();
  });
});

test('a passkey alone signs in and counts as two factors; what it has signed once is worth nothing again', async () => {
  const { context, page, complaints } = await newContext();
  await addAuthenticator(context, page);
  // It is made on the account page.
  await page.goto(`${system.issuer}/oauth2/account`);
  await typePassword(page, 'hana');
  await page.getByRole('button', { name: 'Add a second factor' }).click();
  await page.getByRole('button', { name: 'Use a passkey instead' }).click();
  await page.getByRole('button', { name: 'I have kept them' }).click();
  await page.getByText('Passkey', { exact: true }).waitFor();
  expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
  await context.clearCookies();

  const { url, verifier } = await ask({ acr_values: mfa });
  await page.goto(url);
  const sent = page.waitForRequest((request) => request.url().endsWith('/passkey-sign-in'));
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  const credential = new URLSearchParams((await sent).postData() ?? '').get('credential') ?? '';
  await allow(page);
  const claims = decodeJwt((await exchange(page, verifier)).access_token);
  expect(claims).toMatchObject({ sub: findDemoAccount('hana')?.id, acr: mfa });
  expect(claims['amr']).toEqual([expect.stringMatching(/^[hs]wk$/), 'mfa']);
  await context.clearCookies();

  await page.goto((await ask()).url);
  await page.evaluate(`(() => {
    const form = document.querySelector('form[data-passkey]');
    form.elements.credential.value = ${JSON.stringify(credential)};
    HTMLFormElement.prototype.submit.call(form);
  })()`);
  await page.getByText('This passkey did not work').waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

test('a refund above the limit stops for a second factor, and then the same request works', async () => {
  await system.start('payments', { REFUND_STEP_UP_ABOVE: '1000' });
  await system.clients.register({
    id: 'back-office',
    firstParty: true,
    metadata: {
      client_name: 'Back office',
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    },
  });
  const office = await client.discovery(new URL(system.issuer), 'back-office', {}, client.None(), {
    execute: [client.allowInsecureRequests],
  });
  const { context, page } = await newContext();
  const tokenFor = async (over: Record<string, string>, signIn: () => Promise<void>): Promise<string> => {
    const pkceCodeVerifier = client.randomPKCECodeVerifier();
    const url = client.buildAuthorizationUrl(office, {
      redirect_uri: redirectUri,
      scope: 'openid',
      state: 's1',
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      ...over,
    });
    await page.goto(url.href);
    await signIn();
    await page.waitForURL(`${redirectUri}**`);
    const back = new URL(page.url());
    return (await client.authorizationCodeGrant(office, back, { pkceCodeVerifier, expectedState: 's1' })).access_token;
  };
  const token = await tokenFor({}, () => typePassword(page, 'linus'));
  const found = await system.ask(
    token,
    '{ payments(first: 1, filter: { status: [CAPTURED] }) { nodes { id amount { amount } } } }',
  );
  const { payments } = found.body.data as { payments: { nodes: [{ id: string; amount: { amount: number } }] } };
  const [payment] = payments.nodes;
  expect(payment.amount.amount).toBeGreaterThan(1000);
  const refund = `mutation { refundPayment(input: { paymentId: "${payment.id}", reason: "damaged", idempotencyKey: "r1" }) {
    refund { amount { amount } } } }`;

  const refused = await system.ask(token, refund);
  const extensions = z
    .object({
      errors: z.tuple([
        z.object({ extensions: z.looseObject({ code: z.string(), acr_values: z.string(), max_age: z.number() }) }),
      ]),
    })
    .parse(refused.body).errors[0].extensions;
  expect(extensions).toMatchObject({ code: 'STEP_UP_REQUIRED', acr_values: mfa, max_age: 300 });

  const { acr_values: acrValues, max_age: maxAge } = extensions;
  const stronger = await tokenFor({ acr_values: acrValues, max_age: String(maxAge) }, async () => {
    // Signed in a moment ago: nothing but the factor is asked for.
    await page.getByRole('heading', { name: 'Set up a second factor' }).waitFor();
    const secret = (await page.locator('code').first().innerText()).replaceAll(' ', '');
    await page.getByLabel('Code that the app shows').fill(await codeNow(secret));
    await page.getByRole('button', { name: 'Set up' }).click();
    await page.getByRole('button', { name: 'I have kept them' }).click();
  });
  const done = await system.ask(stronger, refund);
  expect(done.body).toEqual({ data: { refundPayment: { refund: { amount: payment.amount } } } });
  await context.close();
});

test('the explorer signs a demo account in, and the token is in place', async () => {
  const { context, page } = await newContext();
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(`${system.issuer}/?sign-in=giulia@example.com`);
  await page.getByText('its password is filled in').waitFor();
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL(`${system.issuer}/`);
  await eventually(async () =>
    expect(await page.locator('.graphiql-editor').allInnerTexts()).toContainEqual(expect.stringContaining('Bearer ')),
  );
  await context.close();
});
