import { describe, expect, jest, test } from '@jest/globals';
import { DomainError } from '@supergraph/errors';
import { GraphQLError, graphql, buildSchema } from 'graphql';
import { createErrorReporter } from './createErrorReporter.ts';
import { toGraphQLError } from './toGraphQLError.ts';

const schema = buildSchema('type Query { value: Int! }');
/** An error as graphql-js hands it over: located, and wrapped. */
const located = async (value: () => unknown): Promise<GraphQLError> => {
  const { errors } = await graphql({ schema, source: '{ value }', rootValue: { value } });
  if (!errors?.[0]) throw new Error('There was no error.');
  return errors[0];
};
const failing = (error: unknown) =>
  located(() => {
    throw error;
  });
const place = { path: ['value'], locations: [{ line: 1, column: 3 }] };

describe('what a client sees', () => {
  test('of a DomainError: code, category, details, place', async () => {
    const onUnexpected = jest.fn(() => 'id');
    const seen = toGraphQLError(await failing(new DomainError('SKU_TAKEN', 'Taken.', { sku: 'A' })), onUnexpected);
    expect(seen.toJSON()).toEqual({
      message: 'Taken.',
      ...place,
      extensions: { sku: 'A', code: 'SKU_TAKEN', category: 'CONFLICT' },
    });
    expect(onUnexpected).not.toHaveBeenCalled();
  });

  test('details cannot pass for another code', () => {
    const error = new DomainError('SKU_TAKEN', 'Taken.', { code: 'FORBIDDEN', category: 'FORBIDDEN' });
    expect(toGraphQLError(error, () => 'id').extensions).toEqual({ code: 'SKU_TAKEN', category: 'CONFLICT' });
  });

  test('of a GraphQLError with a code: the error itself', async () => {
    const error = await failing(new GraphQLError('No.', { extensions: { code: 'BAD_USER_INPUT' } }));
    expect(toGraphQLError(error, () => 'id')).toBe(error);
  });

  test.each<[string, () => unknown]>([
    [
      'a bug',
      () => {
        throw new TypeError('secret');
      },
    ],
    [
      'a GraphQLError without a code',
      () => {
        throw new GraphQLError('secret');
      },
    ],
    ['a null that must not be', () => null],
    ['a value that does not fit its type', () => 'secret'],
  ])('of %s: nothing but an id and the place', async (_, value) => {
    const seen = toGraphQLError(await located(value), () => 'id-1');
    expect(seen.toJSON()).toEqual({
      message: 'Something went wrong on our side.',
      ...place,
      extensions: { code: 'INTERNAL_SERVER_ERROR', category: 'INTERNAL', errorId: 'id-1' },
    });
  });
});

test('one failure that reaches many fields is logged once, under one id', () => {
  const log = { error: jest.fn() };
  const report = createErrorReporter();
  const failure = new Error('the batch failed');
  const ids = [1, 2, 3].map(() => report(failure, log as never));
  expect(new Set(ids).size).toBe(1);
  expect(report(new Error('another'), log as never)).not.toBe(ids[0]);
  expect(log.error).toHaveBeenCalledTimes(2);
  expect(log.error).toHaveBeenCalledWith({ err: failure, errorId: ids[0] }, expect.any(String));
});
