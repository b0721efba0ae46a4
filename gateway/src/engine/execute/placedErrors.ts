import type { GraphQLFormattedError } from 'graphql';
import { isData, own } from '../compile/values.ts';
import type { Shape } from '../compile/shape.ts';

/**
 * Errors as the client can place them. A plan may ask for more than the client did: for what a `@requires` needs, and for
 * objects of a type that turns out to be another. An error of the former is told at the nearest place that is in the
 * answer; one of the latter is none, as long as nothing that was asked for is missing.
 *
 * @param asked the response keys of the client's operation, whatever the type
 * @param nulled how much of its path leads to the null that an error left
 */
export const placedErrors = (
  errors: readonly GraphQLFormattedError[],
  dataText: string,
  asked: Shape,
  nulled: ReadonlyMap<GraphQLFormattedError, number> | null,
): readonly GraphQLFormattedError[] => {
  const data: unknown = JSON.parse(dataText);
  return errors.flatMap((error) => {
    if (error.path === undefined) return [error];
    const length = lengthWithin(data, error.path);
    if (length === error.path.length) return [error];
    const harmless = (nulled?.get(error) ?? 0) > length && isAsked(asked, error.path);
    return harmless ? [] : [{ ...error, path: error.path.slice(0, length) }];
  });
};

/** How much of a path is in the answer. What is below a null, or within a scalar, is where it would have been. */
const lengthWithin = (data: unknown, path: readonly (string | number)[]): number => {
  let at = data;
  for (const [index, step] of path.entries()) {
    if (Array.isArray(at) && typeof step === 'number') at = at[step] as unknown;
    else if (isData(at) && typeof step === 'string') at = own(at, step);
    else break;
    if (at === undefined) return index;
  }
  return path.length;
};

/** Whether all keys of a path are in a shape. */
export const isAsked = (shape: Shape, path: readonly (string | number)[]): boolean => {
  let level: Shape | null | undefined = shape;
  for (const step of path) {
    if (typeof step === 'number') continue;
    if (!level?.has(step)) return false;
    level = level.get(step);
  }
  return true;
};
