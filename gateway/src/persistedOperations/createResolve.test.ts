import { describe, expect, test } from '@jest/globals';
import { anonymous, type Principal } from '@supergraph/auth';
import { isDomainError } from '@supergraph/errors';
import type { ClientRequest } from '../engine/graphqlRequest.ts';
import { createAutomaticOperations } from './createAutomaticOperations.ts';
import { everybody, type OperationStore, type StoredOperation } from './createOperationStore.ts';
import { createRegistry } from './createRegistry.ts';
import { createResolve } from './createResolve.ts';
import { sha256Of } from './manifest.ts';
import { createLogger } from '@supergraph/service-kit';

const books = 'query Books { books { title } }';
const authors = 'query Authors { authors { name } }';
const open = 'query Open { media { id } }';

const stored = (clientId: string, id: string, body: string): StoredOperation => ({
  clientId,
  id,
  name: 'Name',
  type: 'query',
  body,
  sha256: sha256Of(body),
  cost: null,
  publishedAt: '2026-01-01T00:00:00.000Z',
  revokedAt: null,
  revision: 1,
});

const registry = await createRegistry({
  store: {
    changesSince: async (seen: number) =>
      seen > 0 ? [] : [stored('acme', 'b', books), stored('other', 'a', authors), stored(everybody, 'o', open)],
  } as Pick<OperationStore, 'changesSince'> as OperationStore,
  log: createLogger({ service: 'test', level: 'silent' }),
});
const partner = (id: string): Principal => ({ kind: 'client', id, scopes: [] });
const user: Principal = { kind: 'user', id: 'u1', roles: ['customer'], scopes: null };

/** The document that is run, or the code of the refusal. */
const run = (
  principal: Principal,
  request: Partial<ClientRequest>,
  resolve = createResolve({ registry, automatic: createAutomaticOperations(), restrictClients: true }),
): string => {
  const found = resolve({ query: null, variables: {}, ...request }, principal);
  if (found instanceof Promise) throw new Error('There is no other gateway to ask.');
  return isDomainError(found) ? found.code : found.query;
};
const hashOf = (document: string) => ({ persistedQuery: { version: 1, sha256Hash: sha256Of(document) } });

describe('a partner', () => {
  test('runs its own operations: by id, by hash, by hash with the text, by the text', () => {
    for (const request of [
      { documentId: 'b' },
      { documentId: sha256Of(books) },
      { documentId: `sha256:${sha256Of(books)}` },
      { extensions: hashOf(books) },
      { extensions: hashOf(books), query: books },
      { query: books },
    ]) {
      expect(run(partner('acme'), request)).toBe(books);
    }
  });

  test('is refused everything else, in whatever form it comes', () => {
    for (const request of [
      { query: authors },
      { query: open },
      { query: `${books} ` },
      { documentId: 'a' },
      { documentId: 'o' },
      { documentId: 'unknown' },
      { documentId: sha256Of(authors) },
      { extensions: hashOf(authors) },
      { extensions: hashOf(open) },
      { extensions: hashOf(authors), query: authors },
      // The hash of one that is registered, with the text of another.
      { extensions: hashOf(books), query: authors },
    ]) {
      expect(run(partner('acme'), request)).toBe('OPERATION_NOT_REGISTERED');
    }
  });

  test('with nothing registered is refused everything', () => {
    expect(run(partner('newcomer'), { query: books })).toBe('OPERATION_NOT_REGISTERED');
    expect(run(partner(everybody), { documentId: 'b' })).toBe('OPERATION_NOT_REGISTERED');
  });

  test('cannot have taught the gateway a hash, nor use one that somebody else taught it', () => {
    const resolve = createResolve({ registry, automatic: createAutomaticOperations(), restrictClients: true });
    expect(run(anonymous, { extensions: hashOf(authors), query: authors }, resolve)).toBe(authors);
    expect(run(partner('acme'), { extensions: hashOf(authors) }, resolve)).toBe('OPERATION_NOT_REGISTERED');
  });

  test('is like everybody else where programs are not restricted', () => {
    const resolve = createResolve({ registry, automatic: null, restrictClients: false });
    expect(run(partner('acme'), { query: authors }, resolve)).toBe(authors);
  });
});

describe('everybody else', () => {
  test('may send any text, and the ids that are there for everybody', () => {
    expect(run(user, { query: authors })).toBe(authors);
    expect(run(anonymous, { documentId: 'o' })).toBe(open);
    expect(run(anonymous, { extensions: hashOf(open) })).toBe(open);
  });

  test('cannot find out what a partner has registered', () => {
    expect(run(user, { documentId: 'b' })).toBe('PERSISTED_OPERATION_NOT_FOUND');
    expect(run(user, { extensions: hashOf(books) })).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  test('sends a document once with its hash, and the hash afterwards', () => {
    const resolve = createResolve({ registry, automatic: createAutomaticOperations(), restrictClients: true });
    expect(run(user, { extensions: hashOf(books) }, resolve)).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect(run(user, { extensions: hashOf(books), query: books }, resolve)).toBe(books);
    expect(run(anonymous, { extensions: hashOf(books) }, resolve)).toBe(books);
  });

  test('cannot put a document under the hash of another', () => {
    const resolve = createResolve({ registry, automatic: createAutomaticOperations(), restrictClients: true });
    expect(run(user, { extensions: hashOf(books), query: authors }, resolve)).toBe('PERSISTED_QUERY_HASH_MISMATCH');
    expect(run(user, { extensions: hashOf(books) }, resolve)).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  test('is told when automatic persisted queries are off', () => {
    const resolve = createResolve({ registry, automatic: null, restrictClients: true });
    expect(run(user, { extensions: hashOf(books) }, resolve)).toBe('PERSISTED_QUERY_NOT_SUPPORTED');
  });

  test.each([
    ['another version', { persistedQuery: { version: 2, sha256Hash: sha256Of(books) } }],
    ['what is no hash', { persistedQuery: { version: 1, sha256Hash: 'abc' } }],
    ['no hash', { persistedQuery: {} }],
  ])('with %s is refused', (_, extensions) => {
    expect(run(user, { extensions, query: books })).toBe('BAD_REQUEST');
  });

  test('cannot say two things at once', () => {
    expect(run(user, { documentId: 'o', query: books })).toBe('BAD_REQUEST');
    expect(run(user, { documentId: 'o', extensions: hashOf(open) })).toBe('BAD_REQUEST');
  });
});
