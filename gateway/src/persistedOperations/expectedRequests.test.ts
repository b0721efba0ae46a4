import { expect, test } from '@jest/globals';
import type { StoredOperation } from './createOperationStore.ts';
import { expectedRequests } from './expectedRequests.ts';

const stored = (type: StoredOperation['type'], name: string, body: string): StoredOperation => ({
  ...{ id: name, name, type, body, clientId: 'acme', sha256: '', cost: 1 },
  ...{ publishedAt: '', revokedAt: null, revision: 1 },
});

test('a registered operation is expected with and without its name, under the conditions that it has by default', () => {
  const body =
    'query Q($more: Boolean = true, $less: Boolean, $n: Int = 1) { a @include(if: $more) b @skip(if: $less) }';
  const expected = { query: body, name: 'Q', conditions: [{ more: true }], requests: 0 };
  expect(expectedRequests([stored('query', 'Q', body)])).toEqual([
    { ...expected, operationName: undefined },
    { ...expected, operationName: 'Q' },
  ]);
});

test('subscriptions are planned elsewhere, and what is not valid is found out later', () => {
  expect(expectedRequests([stored('subscription', 'S', 'subscription S { s }')])).toEqual([]);
  expect(expectedRequests([stored('mutation', 'M', 'mutation {')])).toMatchObject([{ conditions: [{}] }, {}]);
});
