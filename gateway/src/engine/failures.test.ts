import { expect, test } from '@jest/globals';
import { createLogger } from '@supergraph/service-kit';
import { createFormatError } from '../formatError.ts';
import type { RequestContext } from '../requestContext.ts';
import { noSteps } from '../steps.ts';
import { createAnswer } from './createAnswer.ts';

test('a mistake of ours fails the request with an id that is in the log, and shows nothing of itself', async () => {
  const lines: string[] = [];
  const log = createLogger({
    service: 'gateway',
    level: 'info',
    to: { write: (line: string) => void lines.push(line) },
  });
  const answer = createAnswer({
    operations: {
      prepare: () => {
        throw new TypeError('secret is not a function');
      },
    },
    run: () => Promise.reject(new Error('not reached')),
    formatError: createFormatError(log),
    runInParts: () => Promise.reject(new Error('not reached')),
    steps: noSteps,
    countsObjects: true,
    maxCost: 1,
  });
  const context = { log, observed: { operationName: null, outcome: 'ok' } } as unknown as RequestContext;
  const { status, body } = await answer({ query: '{ a }', variables: {} }, context, null);
  const [error] = (JSON.parse(body.toString()) as { errors: { extensions: { code: string; errorId: string } }[] })
    .errors;
  expect([status, error?.extensions.code, context.observed.outcome]).toEqual([
    500,
    'INTERNAL_SERVER_ERROR',
    'INTERNAL_SERVER_ERROR',
  ]);
  expect(body.toString()).not.toContain('secret');
  expect(lines.find((line) => line.includes(String(error?.extensions.errorId)))).toContain('secret is not a function');
});
