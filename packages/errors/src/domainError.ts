import { errorCodes } from './codes.ts';
import type { ErrorCategory, ErrorCode } from './codes.ts';

/**
 * A failure that is meant for the client: a stable code, a sentence, and details the client may show.
 * Anything thrown that is not one of these is a bug or an outage and is masked on its way out.
 *
 * @example throw new DomainError('ORDER_NOT_PAYABLE', 'Only a placed order can be paid.', { status });
 */
export class DomainError extends Error {
  readonly code: ErrorCode;
  readonly category: ErrorCategory;
  /** Goes to the client beside the code: nothing secret, nothing personal. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, details: Record<string, unknown> = {}, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DomainError';
    this.code = code;
    this.category = errorCodes[code];
    this.details = Object.freeze({ ...details });
  }
}

/** Tells whether something thrown is a DomainError, and of this code when one is named. */
export const isDomainError = (thrown: unknown, code?: ErrorCode): thrown is DomainError =>
  thrown instanceof DomainError && (code === undefined || thrown.code === code);
