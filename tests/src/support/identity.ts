import { createHash, randomBytes } from 'node:crypto';
import { createAudit, createClients, readSecrets, type Clients, type Registration } from '@supergraph/identity';
import { demoPassword, findDemoAccount, topology } from '@supergraph/platform';
import { createDb, type Db } from '@supergraph/postgres';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { createBrowser, type Browser, type Page } from './browser.ts';
import { createSystemEnvironment, type SystemEnvironment } from './environment.ts';
import type { Host, HostedService } from './hosts.ts';

type Name = topology.ServiceName;

/** Everything that signs people in: users, identity, and the gateway in front of them. */
export type IdentitySystem = Readonly<{
  /** Where clients go; without a path. */
  issuer: string;
  environment: SystemEnvironment;
  clients: Clients;
  /** The database of identity. */
  db: Db;
  start: (name: Name, over?: Readonly<Record<string, string>>) => Promise<void>;
  stop: (name: Name) => Promise<void>;
  /** As a crash would; for a service in a process of its own. */
  kill: (name: Name) => Promise<void>;
  /** The database of users. */
  usersDb: Db;
  /** Keys begin with the namespace of the installation. */
  redis: Redis;
  /** Asks the graph with an access token. */
  ask: (token: string, query?: string) => Promise<{ status: number; body: { data?: unknown; errors?: unknown[] } }>;
  end: () => Promise<void>;
}>;

const silent = { warn: () => undefined, error: () => undefined };

/** Starts them on databases of their own. */
export async function startIdentitySystem(
  label: string,
  host: Host,
  over: Readonly<Record<string, string>> = {},
): Promise<IdentitySystem> {
  const environment = await createSystemEnvironment(label, over);
  const issuer = environment.urlOf('gateway').replace('127.0.0.1', 'localhost');
  const { identitySecrets, identityPrivateKey, identityPublicKey } = environment.keys;
  const env = {
    ...environment.env,
    TOKEN_ISSUER: issuer,
    USERS_URL: environment.urlOf('users'),
    IDENTITY_SECRETS: identitySecrets,
    IDENTITY_PRIVATE_KEY: identityPrivateKey,
    IDENTITY_PUBLIC_KEY: identityPublicKey,
    IDENTITY_URL: environment.urlOf('identity'),
    JWKS: `${environment.urlOf('identity')}/oauth2/jwks`,
    ...over,
  };
  const running = new Map<Name, HostedService>();
  const connect = (name: 'identity' | 'users'): Db =>
    createDb({ url: environment.databaseUrl(name), applicationName: 'tests', max: 2, log: silent });
  const [db, usersDb] = [connect('identity'), connect('users')];

  const redis = new Redis(String(environment.env['REDIS_URL']), { lazyConnect: true });
  redis.on('error', () => undefined);

  const start: IdentitySystem['start'] = async (name, more = {}) => {
    running.set(name, await host(name, { ...env, ...more }));
  };
  const stop: IdentitySystem['stop'] = async (name) => {
    await running.get(name)?.stop();
    running.delete(name);
  };
  const kill: IdentitySystem['kill'] = async (name) => {
    await running.get(name)?.kill();
    running.delete(name);
  };
  const end = async (): Promise<void> => {
    for (const name of ['gateway', 'identity', ...topology.subgraphNames] as const) await stop(name);
    redis.disconnect();
    await Promise.all([db.close(), usersDb.close()]);
    await environment.remove();
  };
  try {
    for (const name of ['users', 'identity', 'gateway'] as const) await start(name);
  } catch (error) {
    await end();
    throw error;
  }
  return {
    issuer,
    environment,
    clients: createClients({
      db,
      secrets: readSecrets(identitySecrets),
      audit: createAudit({ db, log: silent }),
      tokenSeconds: 900,
    }),
    db,
    usersDb,
    redis,
    start,
    stop,
    kill,
    end,
    ask: async (token, query = '{ me { id name } }') => {
      const response = await fetch(`${issuer}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query }),
      });
      // What the test asserts about it is its check.
      return { status: response.status, body: (await response.json()) as { data?: unknown; errors?: unknown[] } };
    },
  };
}

/** A program of somebody else, with a page of its own, that people have to allow. */
export const somebodysApp = (id: string, over: Partial<Registration['metadata']> = {}): Registration => ({
  id,
  metadata: {
    client_name: 'Parcel Tracker',
    redirect_uris: [callback],
    post_logout_redirect_uris: ['https://parcels.example/bye'],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    ...over,
  },
  scopes: ['order:read', 'user:read'],
});

/** Where people are sent back to; nobody opens it. */
export const callback = 'https://parcels.example/callback';

/** What a program asks with, and the secret that proves that it is the one who asked (RFC 7636). */
export const authorizationRequest = (
  issuer: string,
  clientId: string,
  over: Readonly<Record<string, string | undefined>> = {},
) => {
  const verifier = randomBytes(32).toString('base64url');
  const url = new URL('/oauth2/authorize', issuer);
  const parameters: Record<string, string | undefined> = {
    client_id: clientId,
    response_type: 'code',
    redirect_uri: callback,
    scope: 'openid profile offline_access order:read',
    state: 'a-state',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    // Without it OpenID Connect Core (section 11) wants offline_access ignored.
    prompt: 'consent',
    ...over,
  };
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, value);
  return { url, verifier };
};

/** What a demo account types in. */
export const credentialsOf = (name: string) => {
  const account = findDemoAccount(name);
  if (account === undefined) throw new Error(`There is no demo account ${name}.`);
  return { email: account.email, password: demoPassword(account) };
};

/** Password and consent, up to the address that the program gave. */
export async function signInAs(browser: Browser, url: URL, name: string): Promise<URL> {
  const until = url.searchParams.get('redirect_uri') ?? callback;
  let page: Page = await browser.open(url, until);
  if (page.text.includes('action="/oauth2/sign-in/') && page.text.includes('/password"'))
    page = await browser.submit(page, '/password', credentialsOf(name), until);
  if (page.text.includes('/consent"')) page = await browser.submit(page, '/consent', {}, until);
  if (!page.url.href.startsWith(until)) throw new Error(`Not signed in, but at ${page.url.href}: ${page.text}`);
  return page.url;
}

/** What the token endpoint answers; throws when it refuses. */
export async function tokensFor(issuer: string, fields: Readonly<Record<string, string>>): Promise<Tokens> {
  const response = await fetch(`${issuer}/oauth2/token`, { method: 'POST', body: new URLSearchParams(fields) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  return tokens.parse(JSON.parse(text));
}

const tokens = z.object({ access_token: z.string(), refresh_token: z.string().default('') });
type Tokens = z.infer<typeof tokens>;

/** What a program that was called back at an address gets for the code in it. */
export const exchangeCode = (issuer: string, back: URL, verifier: string, clientId = 'parcels'): Promise<Tokens> =>
  tokensFor(issuer, {
    grant_type: 'authorization_code',
    client_id: clientId,
    redirect_uri: callback,
    code: back.searchParams.get('code') ?? '',
    code_verifier: verifier,
  });

/** Somebody signs in at a program and allows it what it asks for, and it gets its tokens. */
export async function signInAt(
  issuer: string,
  clientId: string,
  name: string,
  over: Readonly<Record<string, string | undefined>> = {},
  browser: Browser = createBrowser(),
): Promise<Tokens> {
  const { url, verifier } = authorizationRequest(issuer, clientId, over);
  return exchangeCode(issuer, await signInAs(browser, url, name), verifier, clientId);
}

/** What a program of our own asks for: nobody has to allow it anything. */
export const firstParty = { scope: 'openid', prompt: undefined } as const;

/** Exchanges a refresh token. */
export const refreshAt = (issuer: string, clientId: string, refreshToken: string): Promise<Tokens> =>
  tokensFor(issuer, { grant_type: 'refresh_token', client_id: clientId, refresh_token: refreshToken });

/** A token that a program gets for itself. */
export const ownToken = async (issuer: string, clientId: string, secret: string): Promise<string> => {
  const fields = { grant_type: 'client_credentials', client_id: clientId, client_secret: secret };
  return (await tokensFor(issuer, fields)).access_token;
};
