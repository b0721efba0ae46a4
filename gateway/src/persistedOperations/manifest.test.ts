import { expect, test } from '@jest/globals';
import { readManifest } from './manifest.ts';

const manifest = (...operations: readonly object[]): string =>
  JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations });
const operation = { id: 'abc', name: 'Books', type: 'query', body: 'query Books { books { title } }' };

test('a manifest of Apollo’s generator is read; what it says of a client is not', () => {
  expect(readManifest(manifest({ ...operation, clientName: 'somebody-else' }))).toEqual({
    ok: true,
    operations: [operation],
  });
});

test('every problem is named with its place', () => {
  expect(readManifest(manifest(operation, { ...operation, id: 'a b', type: 'fragment' }))).toEqual({
    ok: false,
    problems: [
      'operations.1.id: must be up to 256 letters, digits and .:+/=_-',
      expect.stringMatching(/^operations\.1\.type: /),
    ],
  });
});

test('an id that is there twice leaves open which one is meant', () => {
  expect(readManifest(manifest(operation, { ...operation, body: 'query Books { books { id } }' }))).toEqual({
    ok: false,
    problems: ['abc: is there twice'],
  });
});

test.each([
  ['no JSON', 'query { books }'],
  ['another format', JSON.stringify({ format: 'relay', version: 1, operations: [operation] })],
  [
    'another version',
    JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 2, operations: [operation] }),
  ],
  ['no operations', manifest()],
])('%s is no manifest', (_, text) => {
  expect(readManifest(text)).toMatchObject({ ok: false });
});
