import { createHash, randomBytes } from 'node:crypto';
import { demoAccounts, type DemoAccount } from '@supergraph/events';
import { z } from 'zod';

export type SignInOptions = Readonly<{
  /** Where clients go, with or without a path. */
  url: string;
  account: Pick<DemoAccount, 'name' | 'email'>;
}>;

/** The program that signs in here, and where it would be called back: nobody listens there (RFC 8252, section 7.3). */
const clientId = 'demo-cli';
const redirectUri = 'http://127.0.0.1/callback';
const mostSteps = 10;

const tokens = z.object({ access_token: z.string() });

/** The password of a demo account; subgraphs/users makes them. */
export const demoPassword = ({ name }: Pick<DemoAccount, 'name'>): string => `demo-password-${name.toLowerCase()}`;

/** The demo account of this name, or undefined. */
export const findDemoAccount = (name: string): DemoAccount | undefined =>
  demoAccounts.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());

/**
 * Signs a demo account in as a browser would: authorization code with PKCE (RFC 7636), the password typed into the page.
 *
 * @returns an access token, good for 15 minutes
 * @throws Error when the sign-in does not go through
 */
export const signIn = async ({ url, account }: SignInOptions): Promise<string> => {
  const verifier = randomBytes(32).toString('base64url');
  const state = randomBytes(16).toString('base64url');
  const start = new URL('/oauth2/authorize', url);
  start.search = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid profile',
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString();

  const back = await walk(start, account);
  if (back.searchParams.get('state') !== state) throw new Error('The answer belongs to another sign-in.');
  const code = back.searchParams.get('code');
  if (code === null) throw new Error(`Not signed in: ${back.searchParams.get('error') ?? 'no code'}`);
  const response = await fetch(new URL('/oauth2/token', url), {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: clientId,
      redirect_uri: redirectUri,
      code,
      code_verifier: verifier,
    }),
  });
  if (!response.ok) throw new Error(`The token endpoint answered ${response.status}: ${await response.text()}`);
  return tokens.parse(await response.json()).access_token;
};

/** Goes from page to page, as far as the address that the program gave. */
const walk = async (start: URL, account: SignInOptions['account']): Promise<URL> => {
  const cookies = new Map<string, string>();
  let at = start;
  let form: URLSearchParams | undefined;
  for (let step = 0; step < mostSteps; step += 1) {
    const response = await fetch(at, {
      method: form === undefined ? 'GET' : 'POST',
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form !== undefined && { body: form }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (name !== undefined && value !== undefined) cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (location === null) {
      [at, form] = await formOf(at, response, account);
      continue;
    }
    at = new URL(location, at);
    form = undefined;
    if (at.href.startsWith(redirectUri)) return at;
  }
  throw new Error('The sign-in does not come to an end.');
};

/** What a person does with a page: types the password, and allows what is asked. */
const formOf = async (
  at: URL,
  response: Response,
  account: SignInOptions['account'],
): Promise<[URL, URLSearchParams]> => {
  const page = await response.text();
  const action = /action="([^"]+\/(?:password|consent))"/.exec(page)?.[1];
  const token = /name="form_token" value="([^"]+)"/.exec(page)?.[1];
  if (!response.ok || action === undefined || token === undefined) {
    const told = /role="alert">([^<]*)</.exec(page)?.[1] ?? /<h1>([^<]*)</.exec(page)?.[1] ?? 'no page';
    throw new Error(`${account.email} cannot sign in (${response.status}): ${told}`);
  }
  const fields = { form_token: token, email: account.email, password: demoPassword(account) };
  return [new URL(action, at), new URLSearchParams(fields)];
};
