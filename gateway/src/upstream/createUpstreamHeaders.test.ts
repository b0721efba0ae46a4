import { anonymous, viewerHeader } from '@supergraph/auth';
import { createLogger } from '@supergraph/service-kit';
import { expect, test } from '@jest/globals';
import { createRequestContext } from '../requestContext.ts';
import { createUpstreamHeaders } from './createUpstreamHeaders.ts';

const trace = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, tracestate: 'vendor=1' };
const context = createRequestContext({
  headers: { ...trace, authorization: 'Bearer secret', 'x-tenant': 'acme', accept: 'text/plain' },
  principal: anonymous,
  clientAddress: '192.0.2.1',
  propagate: ['X-Tenant', 'Accept'],
  log: createLogger({ service: 'test', level: 'silent' }),
  requestId: 'request-1',
});
const ours = {
  'content-type': 'application/json',
  accept: 'application/graphql-response+json, application/json;q=0.9',
  'x-request-id': 'request-1',
  'x-real-ip': '192.0.2.1',
  ...trace,
};

test('a subgraph gets our headers and those that are let through, of which none stands instead of ours', () => {
  expect(createUpstreamHeaders(null)(context, 'users')).toEqual({ ...ours, 'x-tenant': 'acme' });
});

test('with a key to sign with it is told who asks', async () => {
  const headersOf = createUpstreamHeaders(async (principal, subgraph) => `${principal.kind} for ${subgraph}`);
  expect(await headersOf(context, 'users')).toEqual({
    ...ours,
    'x-tenant': 'acme',
    [viewerHeader]: 'anonymous for users',
  });
});
