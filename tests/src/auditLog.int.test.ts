import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findDemoAccount } from '@supergraph/platform';
import { eventually } from '@supergraph/testing';
import { z } from 'zod';
import { codeNow, secretIn } from './support/authenticator.ts';
import { createBrowser, type Page } from './support/browser.ts';
import { inProcess } from './support/hosts.ts';
import {
  authorizationRequest,
  callback,
  credentialsOf,
  exchangeCode,
  firstParty,
  signInAt,
  somebodysApp,
  startIdentitySystem,
  type IdentitySystem,
} from './support/identity.ts';

/** What admins can ask the graph about who did what. */
let system: IdentitySystem;
let admin: string;

const idOf = (name: string): string => findDemoAccount(name)?.id ?? '';
const signIn = async (name: string): Promise<string> =>
  (await signInAt(system.issuer, 'office', name, firstParty)).access_token;
const request = (over: Readonly<Record<string, string>> = {}) =>
  authorizationRequest(system.issuer, 'office', { ...firstParty, ...over });
const exchange = async ({ url }: Page, verifier: string): Promise<string> =>
  (await exchangeCode(system.issuer, url, verifier, 'office')).access_token;
const signInWithTwoFactors = async (name: string): Promise<string> => {
  const browser = createBrowser();
  const { url, verifier } = request({ acr_values: 'urn:commerce-supergraph:acr:mfa' });
  const setUp = await browser.submit(await browser.open(url), '/password', credentialsOf(name));
  const codes = await browser.submit(setUp, '/totp', { code: await codeNow(secretIn(setUp)) });
  return exchange(await browser.submit(codes, '/done', {}, callback), verifier);
};

const answer = z.object({
  data: z
    .object({
      auditLog: z.object({
        nodes: z.array(z.record(z.string(), z.unknown())),
        pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
      }),
    })
    .nullish(),
  errors: z.array(z.object({ extensions: z.looseObject({ code: z.string() }) })).default([]),
});
const ask = async (token: string, args = 'first: 50') => {
  const { body } = await system.ask(
    token,
    `{ auditLog(${args}) {
        nodes { id type at user { name } clientId actor { name } methods reason factor roles previousRoles }
        pageInfo { hasNextPage endCursor } } }`,
  );
  const { data, errors } = answer.parse(body);
  return {
    nodes: data?.auditLog.nodes ?? [],
    page: data?.auditLog.pageInfo,
    codes: errors.map(({ extensions }) => extensions.code),
  };
};

beforeAll(async () => {
  system = await startIdentitySystem('audit', inProcess);
  await system.clients.register({ ...somebodysApp('office'), firstParty: true });
  await system.clients.register({
    id: 'warehouse',
    metadata: {
      client_name: 'Warehouse',
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'client_secret_basic',
    },
  });
  await system.clients.rotateSecret('warehouse', 0);
  admin = await signInWithTwoFactors('grace');
});
afterAll(() => system.end());

describe('the audit log', () => {
  test('tells admins of sign-ins, failures, factors and programs, the newest first', async () => {
    await signIn('dmitri');
    const browser = createBrowser();
    const page = await browser.open(request().url);
    await browser.submit(page, '/password', { ...credentialsOf('dmitri'), password: 'not this one' });
    await eventually(async () => {
      const { nodes } = await ask(admin, `first: 10, userId: "${idOf('dmitri')}"`);
      expect(nodes).toMatchObject([
        { type: 'USER_SIGN_IN_FAILED', user: { name: 'Dmitri' }, clientId: 'office', reason: 'password' },
        { type: 'USER_SIGNED_IN', user: { name: 'Dmitri' }, clientId: 'office', methods: ['pwd'] },
      ]);
    });
    await eventually(async () => {
      const { nodes } = await ask(admin, 'clientId: "warehouse"');
      expect(nodes).toMatchObject([
        { type: 'CLIENT_SECRET_ROTATED', clientId: 'warehouse', user: null },
        { type: 'CLIENT_REGISTERED', clientId: 'warehouse', user: null },
      ]);
    });
    await eventually(async () => {
      const { nodes } = await ask(admin, 'types: [USER_FACTOR_ADDED]');
      expect(nodes).toMatchObject([{ user: { name: 'Grace' }, factor: 'totp' }]);
    });
  });

  test('tells who gave whom which roles', async () => {
    const mutation = `mutation { assignRoles(input: { userId: "${idOf('elif')}", roles: [EMPLOYEE] }) { user { id } } }`;
    expect((await system.ask(await signIn('linus'), mutation)).body.errors).toBeUndefined();
    await eventually(async () => {
      const { nodes } = await ask(admin, `userId: "${idOf('elif')}", types: [USER_ROLES_ASSIGNED]`);
      expect(nodes).toMatchObject([
        { user: { name: 'Elif' }, actor: { name: 'Linus' }, roles: ['EMPLOYEE'], previousRoles: ['CUSTOMER'] },
      ]);
    });
  });

  test('comes in pages that leave nothing out and repeat nothing', async () => {
    // What happened last may still be on its way here.
    await eventually(async () => {
      const { nodes: all } = await ask(admin, 'first: 100');
      expect(all.length).toBeGreaterThan(4);
      const paged: unknown[] = [];
      let after: string | null = null;
      do {
        const { nodes, page } = await ask(admin, `first: 2, after: ${JSON.stringify(after)}`);
        paged.push(...nodes);
        after = page?.hasNextPage === true ? page.endCursor : null;
      } while (after !== null);
      expect(paged).toEqual(all);
    });
    expect((await ask(admin, 'after: "nonsense"')).codes).toEqual(['CURSOR_INVALID']);
    expect((await ask(admin, 'first: 101')).codes).toEqual(['PAGE_SIZE_OUT_OF_RANGE']);
  });

  test.each(['carla', 'margaret', 'linus'])('tells %s, who is no admin, nothing', async (name) => {
    expect(await ask(await signIn(name))).toMatchObject({ nodes: [], codes: ['FORBIDDEN'] });
  });

  test('asks an admin who has signed in with a password alone for a second factor', async () => {
    const browser = createBrowser();
    const { url, verifier } = request();
    const offer = await browser.submit(await browser.open(url), '/password', credentialsOf('ada'));
    const token = await exchange(await browser.submit(offer, '/later', {}, callback), verifier);
    expect(await ask(token)).toMatchObject({ nodes: [], codes: ['STEP_UP_REQUIRED'] });
  });
});
