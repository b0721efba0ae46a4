import { expect, test } from '@jest/globals';
import { anonymous } from '@supergraph/auth';
import { createLogger } from '@supergraph/service-kit';
import { createRequestContext } from '../../requestContext.ts';
import { viewerKey } from './viewerKey.ts';

test('nobody shares what was made for somebody who may do something else of the operation', () => {
  const log = createLogger({ service: 'gateway', level: 'silent' });
  const asked = (accessKey: string) => {
    const context = createRequestContext({
      headers: {},
      principal: anonymous,
      clientAddress: '127.0.0.1',
      propagate: [],
      log,
      requestId: 'r1',
    });
    context.accessKey = accessKey;
    return context;
  };
  const keys = ['', '0', '3'].map((accessKey) => viewerKey(asked(accessKey)));
  expect(new Set(keys).size).toBe(3);
  // What is kept for everybody is kept without the principal, but not without this.
  expect(viewerKey({ ...asked('3'), principal: anonymous })).toBe(keys[2]);
});
