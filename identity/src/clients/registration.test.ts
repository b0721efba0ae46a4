import { expect, test } from '@jest/globals';
import { registration } from './createClients.ts';

const depot = {
  id: 'depot',
  metadata: {
    client_name: 'Depot',
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: 'client_secret_basic',
  },
};
const app = {
  client_name: 'App',
  application_type: 'native',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  redirect_uris: ['com.example.app:/callback'],
  token_endpoint_auth_method: 'none',
};
/** What is wrong, as `path: message`. */
const problems = (given: unknown): readonly string[] =>
  (registration.safeParse(given).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);

test('a program of either kind is registered as it is meant', () => {
  expect(registration.parse(depot)).toMatchObject({ firstParty: false, scopes: [], quotaTier: 'partner' });
  expect(problems({ ...depot, metadata: app })).toEqual([]);
});

test.each([
  ['account', 'id: is that of the account page'],
  ['00000000-0000-4000-8000-000000000001', 'id: must not look like the id of an account'],
  ['Depot', 'id: must be 3 to 63 small letters, digits and hyphens'],
])('a program cannot be called %s', (id, problem) => expect(problems({ ...depot, id })).toEqual([problem]));

test.each([
  ['a scheme of its own on the web', { ...app, application_type: 'web' }, 'redirect_uris'],
  ['nowhere to send people back to', { ...app, redirect_uris: [] }, 'redirect_uris'],
  ['no code to be called back with', { ...app, response_types: [] }, 'response_types'],
  ['codes that it cannot exchange', { ...app, grant_types: ['refresh_token'] }, 'response_types'],
  ['plain http elsewhere than on its machine', { ...app, redirect_uris: ['http://a.example/'] }, 'redirect_uris.0'],
  ['no proof of who asks', { ...depot.metadata, token_endpoint_auth_method: 'none' }, 'token_endpoint_auth_method'],
  ['a word that nobody knows', { ...depot.metadata, grants: [] }, ''],
])('a program with %s is refused, since it would be refused by the provider each time', (_what, metadata, path) => {
  expect(problems({ ...depot, metadata })).toEqual([
    expect.stringMatching(new RegExp(`^metadata${path && '\\.'}${path}: `)),
  ]);
});
