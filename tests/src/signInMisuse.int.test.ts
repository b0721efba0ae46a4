import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@supergraph/testing';
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

/** What somebody with bad intentions would try. Tokens that are forged are in gateway/src/authenticate.test.ts. */
let system: IdentitySystem;
beforeAll(async () => {
  system = await startIdentitySystem('misuse', inProcess);
  await system.clients.register(somebodysApp('parcels'));
  await system.clients.register(somebodysApp('other'));
});
afterAll(() => system.end());

const ask = (over: Record<string, string | undefined> = {}) => authorizationRequest(system.issuer, 'parcels', over);

const exchange = async (fields: Record<string, string | undefined>) => {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) body.set(name, value);
  const response = await fetch(`${system.issuer}/oauth2/token`, { method: 'POST', body });
  // What the test asserts about it is its check.
  return { status: response.status, ...((await response.json()) as { error?: string; access_token?: string }) };
};

/** Signs in, and gives what the token endpoint is asked with. */
const codeOf = async (name: string) => {
  const { url, verifier } = ask();
  const back = await signInAs(createBrowser(), url, name);
  return {
    grant_type: 'authorization_code',
    client_id: 'parcels',
    redirect_uri: callback,
    code: back.searchParams.get('code') ?? '',
    code_verifier: verifier,
  };
};

describe('a code', () => {
  test('is good once; the second time ends what the first time gave', async () => {
    const fields = await codeOf('carla');
    const first = await exchange(fields);
    expect(first.status).toBe(200);
    expect(await exchange(fields)).toMatchObject({ status: 400, error: 'invalid_grant' });
    await eventually(async () => {
      const { body } = await system.ask(first.access_token ?? '');
      expect(JSON.stringify(body)).toContain('TOKEN_REVOKED');
    });
  });

  test('is good once even when it comes ten times at the same moment', async () => {
    const fields = await codeOf('carla');
    const answers = await Promise.all(Array.from({ length: 10 }, () => exchange(fields)));
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
  });

  test.each([
    ['another redirect URI', { redirect_uri: 'https://parcels.example/elsewhere' }],
    ['another program', { client_id: 'other' }],
    ['another verifier', { code_verifier: 'x'.repeat(43) }],
    ['no verifier', { code_verifier: undefined }],
  ])('is refused with %s', async (_name, over) => {
    const answer = await exchange({ ...(await codeOf('dmitri')), ...over });
    expect(answer).toMatchObject({ status: 400, error: 'invalid_grant' });
  });
});

describe('a request for a code', () => {
  test.each([
    ['without PKCE', { code_challenge: undefined, code_challenge_method: undefined }],
    ['with a challenge in the clear', { code_challenge_method: 'plain' }],
    ['for a token in the address', { response_type: 'token' }],
  ])('%s goes back with an error and no code', async (_name, over) => {
    const page = await createBrowser().open(ask(over).url, callback);
    expect(page.url.href).toMatch(
      /^https:\/\/parcels\.example\/callback[?#].*error=(invalid_request|unsupported_response_type)/,
    );
    expect(page.url.href).not.toContain('code=');
  });

  test.each([
    ['https://evil.example/callback'],
    ['https://parcels.example/callback/../../evil'],
    ['https://parcels.example/callback?more=1'],
    ['https://parcels.example.evil.example/callback'],
    ['//evil.example'],
    ['javascript:alert(1)'],
  ])('that would lead to %s leads nowhere', async (redirectUri) => {
    const page = await createBrowser().open(ask({ redirect_uri: redirectUri }).url, redirectUri);
    expect(page.status).toBe(400);
    expect(page.url.origin).toBe(system.issuer);
    expect(page.text).toContain('invalid_redirect_uri');
  });

  test('of an unknown program leads nowhere, and what it wrote is shown as text', async () => {
    const page = await createBrowser().open(ask({ client_id: '<script>alert(1)</script>' }).url);
    expect(page.status).toBe(400);
    expect(page.text).not.toContain('<script');
  });
});

test('a page to sign out at does not lead to an address that was not registered', async () => {
  const url = new URL('/oauth2/logout', system.issuer);
  url.search = new URLSearchParams({
    client_id: 'parcels',
    post_logout_redirect_uri: 'https://evil.example/',
  }).toString();
  const page = await createBrowser().open(url);
  expect(page.status).toBe(400);
});

test('every page loads nothing from elsewhere, runs no script but the one for passkeys, and cannot be framed', async () => {
  const browser = createBrowser();
  const password = await browser.open(ask().url);
  const consent = await browser.submit(password, '/password', credentialsOf('carla'));
  for (const page of [password, consent]) {
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("form-action 'self' https://parcels.example");
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.text).not.toContain(' style=');
    expect(page.text).not.toMatch(/ on[a-z]+="/);
  }
  expect(password.headers.get('content-security-policy')).toMatch(/; script-src 'self';/);
  expect(password.text.match(/<script[^>]*>/g)).toEqual(['<script src="/oauth2/passkey.js" defer>']);
  expect(consent.headers.get('content-security-policy')).not.toContain('script-src');
  expect(consent.text).not.toContain('<script');
});

describe('a form', () => {
  test.each([
    ['without our token', { form_token: '' }, {}],
    ['with the token of another sign-in', 'other', {}],
    ['from another site', {}, { origin: 'https://evil.example' }],
    ['from a page without an origin', {}, { origin: 'null' }],
    ['that the browser calls cross-site', {}, { 'sec-fetch-site': 'cross-site' }],
  ])('%s is refused', async (_name, fields, headers: Record<string, string>) => {
    const browser = createBrowser();
    const page = await browser.open(ask().url);
    const tokenOf = (text: string) => /name="form_token" value="([^"]*)"/.exec(text)?.[1] ?? '';
    const theirs = fields === 'other' ? { form_token: tokenOf((await createBrowser().open(ask().url)).text) } : fields;
    const body = new URLSearchParams({ form_token: tokenOf(page.text), ...credentialsOf('carla'), ...theirs });
    const response = await fetch(new URL(`${page.url.pathname}/password`, page.url), {
      method: 'POST',
      redirect: 'manual',
      headers: {
        cookie: [...browser.cookies(page.url.pathname)].map(([name, value]) => `${name}=${value}`).join('; '),
        origin: system.issuer,
        ...headers,
      },
      body,
    });
    expect(response.status).toBe(403);
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  test('of somebody else’s sign-in is refused: the cookie of the browser that began it is missing', async () => {
    const victim = createBrowser();
    const page = await createBrowser().open(ask().url);
    const answer = await victim.submit(page, '/password', credentialsOf('carla'));
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('has expired');
  });
});

test('a session that was planted before the sign-in is worth nothing after it', async () => {
  const victim = createBrowser();
  // Whoever plants a session has one: from a sign-in that was begun.
  await victim.open(ask().url);
  const attacker = victim.copy();
  const { url } = ask();
  await signInAs(victim, url, 'carla');
  const page = await attacker.open(ask().url);
  expect(page.text).toContain('type="password"');
  expect(victim.cookies('/oauth2/').get('identity_session')).not.toBe(
    attacker.cookies('/oauth2/').get('identity_session'),
  );
});

test('cookies are out of reach of scripts and of other sites, and signed', async () => {
  const response = await fetch(ask().url, { redirect: 'manual' });
  const cookies = response.headers.getSetCookie();
  expect(cookies.length).toBeGreaterThan(0);
  for (const cookie of cookies) {
    expect(cookie).toMatch(/httponly/i);
    expect(cookie).toMatch(/samesite=lax/i);
    expect(cookie).toMatch(/path=\/oauth2/i);
  }
  expect(cookies.some((cookie) => cookie.startsWith('identity_sign_in.sig='))).toBe(true);
});

describe('guessing passwords', () => {
  const attempt = async (email: string, password: string) => {
    const browser = createBrowser();
    const page = await browser.open(ask().url);
    const answer = await browser.submit(page, '/password', { email, password });
    return {
      status: answer.status,
      told: /role="alert">([^<]*)</.exec(answer.text)?.[1],
      waits: answer.headers.get('retry-after') !== null,
    };
  };

  test('is slowed down after five attempts, and tells nothing about which addresses have an account', async () => {
    const real = [];
    const unknown = [];
    for (let nth = 0; nth < 6; nth += 1) {
      real.push(await attempt('linus@example.com', `guess ${nth}`));
      unknown.push(await attempt('nobody@example.com', `guess ${nth}`));
    }
    expect(real.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429]);
    expect(real[5]).toMatchObject({ waits: true, told: expect.stringContaining('Too many attempts') });
    expect(unknown.map(({ status, waits }) => ({ status, waits }))).toEqual(
      real.map(({ status, waits }) => ({ status, waits })),
    );
    expect(unknown[0]?.told).toBe(real[0]?.told);
    // Another spelling is the same account, and the right password has to wait as well.
    const { password } = credentialsOf('linus');
    expect((await attempt(' LINUS@example.com', password)).status).toBe(429);
  });

  test('at the same moment is no way round it', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, nth) => attempt('grace@example.com', `guess ${nth}`)),
    );
    expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(5);
  });

  test('leaves others alone', async () => {
    await signInAs(createBrowser(), ask().url, 'margaret');
  });
});

test('the internal door of users opens for identity only', async () => {
  const users = system.environment.urlOf('users');
  for (const path of ['/internal/accounts/x', '/%69nternal/accounts/x'])
    expect((await fetch(`${users}${path}`)).status).toBe(401);
  const throughGateway = await fetch(`${system.issuer}/internal/accounts/x`);
  expect(throughGateway.status).toBe(404);
});
