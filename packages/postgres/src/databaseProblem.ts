import { isDomainError } from '@supergraph/errors';
import { asDatabaseError } from './databaseError.ts';

/**
 * What is said at a command line about a database that does not answer, with what to do.
 *
 * @param variable of the environment, that says where it is
 * @returns null for any other error
 */
export const databaseProblem = (error: unknown, variable: string): string | null => {
  const known = asDatabaseError(error);
  if (!isDomainError(known, 'DATABASE_UNAVAILABLE')) return null;
  return (
    `PostgreSQL does not answer (${reasonOf(known.cause)}). Is npm start running, or else ${variable} right? ` +
    'Repeat the command when it does.'
  );
};

/** An attempt at several addresses of one name has an error for each, and no words of its own. */
const reasonOf = (cause: unknown): string => {
  if (cause instanceof AggregateError) return cause.errors.map(reasonOf).join(', ');
  return cause instanceof Error ? cause.message : String(cause);
};
