import { isDomainError } from '@supergraph/errors';
import { checkCost } from '../cost/tellCost.ts';
import type { Engine } from '../createEngine.ts';
import type { FormatError } from '../formatError.ts';
import { asBadInput } from './asBadInput.ts';
import type { Operations } from './createOperations.ts';

export type InspectOptions = Readonly<{ operations: Operations; maxCost: number; formatError: FormatError }>;

/**
 * What is done for an operation before it is executed, for those that are executed elsewhere. A subscription of which
 * something is forbidden is refused as a whole: it would be forbidden in each of its events.
 */
export const createInspect =
  ({ operations, maxCost, formatError }: InspectOptions): Engine['inspect'] =>
  ({ query, variables, operationName }, principal) => {
    const prepared = operations.prepare(query, operationName);
    if ('errors' in prepared) return prepared.errors.map((error) => formatError(error.toJSON(), error));
    const coerced = prepared.coerce(variables);
    if ('errors' in coerced) return coerced.errors.map(asBadInput).map((error) => formatError(error.toJSON(), error));
    const cost = checkCost(prepared.cost(coerced.values), maxCost);
    if (isDomainError(cost)) return [formatError({ message: cost.message }, cost)];
    return prepared.access?.(principal).errors ?? [];
  };
