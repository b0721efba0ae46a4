import { isErrorCode } from '@supergraph/errors';

/** `ok`, or the code of the first error: a bounded set, since only our own codes are let through. */
export const outcomeOf = (errors: readonly { extensions?: Record<string, unknown> }[] | undefined): string => {
  if (errors === undefined || errors.length === 0) return 'ok';
  const code = errors[0]?.extensions?.['code'];
  return isErrorCode(code) ? code : 'other';
};
