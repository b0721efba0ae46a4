import { randomUUID } from 'node:crypto';
import type { Logger } from '@supergraph/service-kit';

/** Logs what nobody expected and names it. */
export type ErrorReporter = (cause: unknown, log: Logger) => string;

/**
 * Makes a reporter that logs each failure once, with its cause, and gives it an id that client and log share. The
 * same error can reach many fields (fifty rows of one failed batch): they get one line and one id.
 */
export const createErrorReporter = (): ErrorReporter => {
  const reported = new WeakMap<object, string>();
  return (cause, log) => {
    const object = typeof cause === 'object' && cause !== null ? cause : undefined;
    const known = object && reported.get(object);
    if (known !== undefined) return known;
    const errorId = randomUUID();
    log.error({ err: cause, errorId }, 'unexpected error');
    if (object) reported.set(object, errorId);
    return errorId;
  };
};
