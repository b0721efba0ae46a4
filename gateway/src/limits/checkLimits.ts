import type { ErrorCode } from '@supergraph/errors';
import { GraphQLError, type DocumentNode } from 'graphql';
import type { LimitsConfig } from './limitsConfig.ts';
import { measure, type Measure } from './measure.ts';

const limits: readonly Readonly<{ name: keyof Measure; code: ErrorCode; what: string }>[] = [
  { name: 'depth', code: 'OPERATION_TOO_DEEP', what: 'is nested too deeply' },
  { name: 'aliases', code: 'OPERATION_TOO_MANY_ALIASES', what: 'has too many aliases' },
  { name: 'rootFields', code: 'OPERATION_TOO_MANY_ROOT_FIELDS', what: 'has too many root fields' },
];

/** The limits that a parsed document breaks, before time is spent on validating it. */
export const checkLimits = (document: DocumentNode, config: LimitsConfig): readonly GraphQLError[] => {
  const measured = measure(document);
  return limits
    .filter(({ name }) => measured[name] > config[name])
    .map(
      ({ name, code, what }) =>
        new GraphQLError(`The operation ${what}.`, {
          extensions: { code, limit: config[name], actual: measured[name] },
        }),
    );
};
