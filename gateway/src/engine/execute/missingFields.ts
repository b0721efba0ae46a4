import type { GraphQLFormattedError } from 'graphql';
import { logOf } from '../../requestContext.ts';
import { locate } from '../compile/compileGather.ts';
import type { Violation } from '../compile/compileWriter.ts';
import { inClientsWords, type Run } from './run.ts';

/** The errors for what may not be missing and is, for a reason that nobody told. */
export const missingFields = (run: Run, violations: readonly Violation[]): readonly GraphQLFormattedError[] => {
  const absent = violations.length > 0 ? absentPlaces(run) : [];
  const missing = violations.filter(
    (violation) =>
      !isExplained(violation, run.errors) &&
      !absent.some((place) => place.length <= violation.path.length && startsAlike(place, violation.path)),
  );
  if (missing.length > 0) logOf(run.context).warn({ missing: missing.slice(0, 5) }, 'subgraphs broke the schema');
  return missing.map(toError);
};

/**
 * Where in the answer there are entities that their subgraph does not know. That their fields are missing breaks no
 * schema: the nearest place that may be null is null, without an error, as @apollo/gateway has it.
 */
const absentPlaces = (run: Run): readonly (readonly (string | number)[])[] =>
  run.absent.flatMap(({ group, targets }) => {
    const located = locate(run.data, group.paths, run.options.types);
    return targets.flatMap((target) => {
      const at = located.get(target);
      return at === undefined ? [] : [inClientsWords(run, at)];
    });
  });

/** Whether an error that a subgraph reported is why there is nothing at this place. */
const isExplained = ({ path }: Violation, errors: readonly GraphQLFormattedError[]): boolean =>
  errors.some((error) => error.path === undefined || startsAlike(error.path, path));

export const startsAlike = (one: readonly (string | number)[], other: readonly (string | number)[]): boolean => {
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index++) if (one[index] !== other[index]) return false;
  return true;
};

const toError = ({ message, path }: Violation): GraphQLFormattedError => ({
  message,
  path,
  extensions: { code: 'DOWNSTREAM_SERVICE_ERROR' },
});
