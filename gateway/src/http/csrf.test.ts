import { expect, test } from '@jest/globals';
import { createCsrf } from './csrf.ts';

const ours = 'https://app.example.com';
const csrf = createCsrf({ allowed: (origin) => origin === ours, preflightForGet: false });
const strict = createCsrf({ allowed: (origin) => origin === ours, preflightForGet: true });

test.each([
  ['of a program', {}],
  ['that somebody typed into the address bar', { 'sec-fetch-site': 'none' }],
  ['of our own page', { 'sec-fetch-site': 'same-origin' }],
  ['of a page that may read answers', { 'sec-fetch-site': 'cross-site', origin: ours }],
  ['of such a page in a browser without fetch metadata', { origin: ours }],
  ['after a preflight', { 'sec-fetch-site': 'cross-site', 'apollo-require-preflight': '1' }],
])('a GET %s passes', (_name, headers) => {
  expect(csrf('GET', headers)).toBeNull();
});

test.each([
  ['an image on another site', { 'sec-fetch-site': 'cross-site' }],
  ['a script of another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
  ['a neighbour under the same domain', { 'sec-fetch-site': 'same-site' }],
  ['a page without an origin', { origin: 'null' }],
])('a GET of %s is refused', (_name, headers) => {
  expect(csrf('GET', headers)?.code).toBe('CSRF_PREVENTED');
});

test('every GET needs the header when that is configured', () => {
  expect(strict('GET', {})?.code).toBe('CSRF_PREVENTED');
  expect(strict('GET', { 'x-apollo-operation-name': 'A' })).toBeNull();
});

test('a POST is left to its content type', () => {
  expect(strict('POST', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' })).toBeNull();
});
