import { ConfigError } from '@supergraph/config';
import { databaseProblem } from '@supergraph/postgres';

/** PostgreSQL's code for a table that is not there (SQLSTATE, class 42). */
const undefinedTable = '42P01';

/** What is said when a command could not do what was asked, with what to do where that is known. */
export const problemText = (error: unknown): string => {
  if (error instanceof ConfigError)
    return `The environment does not fit. Set it right, or run npm start once:\n${error.message}`;
  const problem = databaseProblem(error, 'DATABASE_URL_IDENTITY');
  if (problem !== null) return problem;
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === undefinedTable)
    return 'The database has no tables of identity. Start identity once: it makes them.';
  return error.message;
};
