import { ConfigError } from '@supergraph/config';
import { isDomainError } from '@supergraph/errors';

/** PostgreSQL's code for a table that is not there (SQLSTATE, class 42). */
const undefinedTable = '42P01';

/** What is said when a command could not do what was asked, with what to do where that is known. */
export const problemText = (error: unknown): string => {
  if (error instanceof ConfigError)
    return `The environment does not fit. Set it right, or run npm start once:\n${error.message}`;
  if (isDomainError(error, 'DATABASE_UNAVAILABLE'))
    return (
      `PostgreSQL does not answer (${reasonOf(error.cause)}). Is npm start running, or else DATABASE_URL_IDENTITY right? ` +
      'Repeat the command when it does.'
    );
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === undefinedTable)
    return 'The database has no tables of identity. Start identity once: it makes them.';
  return error.message;
};

/** An attempt at several addresses of one name has an error for each, and no words of its own. */
const reasonOf = (cause: unknown): string => {
  if (cause instanceof AggregateError) return cause.errors.map(reasonOf).join(', ');
  return cause instanceof Error ? cause.message : String(cause);
};
