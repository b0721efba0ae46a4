import type { DomainError } from '@supergraph/errors';
import { errorBody } from '../formatError.ts';
import type { HttpAnswer } from './httpExchange.ts';
import { jsonType, type MediaType } from './negotiate.ts';
import { statusOf } from './statusOf.ts';

/** The answer to a request that is refused as a whole: the error, and the status that goes with it. */
export const refusalOf = (
  error: DomainError,
  status: number = statusOf(error),
  type: MediaType = jsonType,
): HttpAnswer => ({ status, type, body: JSON.stringify(errorBody(error)) });
