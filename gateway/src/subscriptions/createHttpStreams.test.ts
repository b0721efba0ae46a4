import { expect, test } from '@jest/globals';
import { DomainError } from '@supergraph/errors';
import type { IncomingHttpHeaders } from 'node:http';
import { createConnectionLimit } from './connectionLimit.ts';
import { createHttpStreams, type HttpStreamsOptions } from './createHttpStreams.ts';

test('a stream whose token ends while it is begun gives its connection back', async () => {
  let held = 0;
  const streams = createHttpStreams({
    connections: createConnectionLimit(1, (count) => (held = count)),
    authorizationOf: ({ headers }: { headers: IncomingHttpHeaders }) => headers.authorization,
    authenticate: () => {
      throw new DomainError('TOKEN_EXPIRED', 'The access token has expired.');
    },
  } as Partial<HttpStreamsOptions> as HttpStreamsOptions);
  const request = { method: 'POST', headers: { accept: 'text/event-stream' }, search: '', body: { query: '{ a }' } };
  const answer = await streams.handle(request as never, {} as never, { observed: {} } as never);
  expect(JSON.stringify(answer)).toContain('TOKEN_EXPIRED');
  expect(held).toBe(0);
});
