export { errorCodes, isErrorCode } from './codes.ts';
export type { ErrorCategory, ErrorCode } from './codes.ts';
export { DomainError, isDomainError } from './domainError.ts';
