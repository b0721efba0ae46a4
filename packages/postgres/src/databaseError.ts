import { types } from 'node:util';
import { DomainError } from '@supergraph/errors';
import pg from 'pg';

/** What Node calls it when the other end is not there or went away. */
const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);

/** pg reports these without any code (pg/lib/client.js, pg-pool/index.js). */
const lostMessages = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error',
  'Cannot use a pool after calling end',
];

const isUnavailable = (error: unknown): boolean => {
  // Not instanceof: the platform's own errors come from another realm in some hosts.
  if (!types.isNativeError(error)) return false;
  if ('errors' in error && Array.isArray(error.errors)) return error.errors.some(isUnavailable); // happy eyeballs
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (networkCodes.has(code) || lostMessages.some((message) => error.message.startsWith(message))) return true;
  // SQLSTATE: class 08 connection exception, 57P01-57P05 the server goes away, 53300 too many connections,
  // 25P03 and 57014 a transaction or statement that took too long.
  return error instanceof pg.DatabaseError && /^(08...|57P0[1-5]|53300|25P03|57014)$/.test(code);
};

/** A lost or refused connection becomes DATABASE_UNAVAILABLE; everything else stays what it is. */
export const asDatabaseError = (error: unknown): unknown =>
  isUnavailable(error)
    ? new DomainError(
        'DATABASE_UNAVAILABLE',
        'The database cannot be reached right now. Try again.',
        {},
        { cause: error },
      )
    : error;

/** Whether a statement failed because the row exists already, by the named constraint where one is given. */
export const isUniqueViolation = (error: unknown, constraint?: string): boolean =>
  error instanceof pg.DatabaseError &&
  error.code === '23505' &&
  (constraint === undefined || error.constraint === constraint);
