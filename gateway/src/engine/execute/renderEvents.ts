import type { GraphQLFormattedError } from 'graphql';
import type { RequestContext } from '../../requestContext.ts';
import type { GraphQLAnswer } from '../../upstream/graphqlAnswer.ts';
import type { CompiledOperation } from '../compile/compileOperation.ts';
import type { Variables } from '../compile/compileVariables.ts';
import type { Data } from '../compile/values.ts';
import { missingFields } from './missingFields.ts';
import { placedErrors } from './placedErrors.ts';
import { inClientsWords, startRun, type ExecuteOptions, type Run } from './run.ts';
import { runSteps } from './runSteps.ts';
import { lengthToNull } from './takeAnswer.ts';

/** One event as the client gets it: the JSON of `data`, and the errors. */
export type RenderedEvent = Readonly<{ dataText: string; errors: readonly GraphQLFormattedError[] }>;

/**
 * Completes events of a subscription that came together: what other subgraphs know of them is fetched for all of them at
 * once, each entity once. One result for each, in their order.
 *
 * @returns rejected for a mistake of ours
 */
export type RenderEvents = (
  operation: CompiledOperation,
  variables: Variables,
  context: RequestContext,
  events: readonly GraphQLAnswer[],
) => Promise<readonly RenderedEvent[]>;

/**
 * A burst is one execution whose data is a list: places begin with the number of the event, so that everything that
 * walks through lists walks through events too.
 */
export const createRenderEvents =
  (options: ExecuteOptions): RenderEvents =>
  async (operation, variables, context, events) => {
    const { subscribe } = operation;
    if (subscribe === null) throw new Error('The operation is no subscription.');
    const data = events.map((event): Data => (event.data ? subscribe.take(event.data) : {}));
    const run: Run<readonly Data[]> = { ...startRun(options, operation, variables, context, null), data };
    for (const [index, event] of events.entries()) takeErrors(run, index, event);
    for (const steps of operation.stages) await runSteps(run, steps);
    return data.map((one, index) => write(run, one, index));
  };

const takeErrors = (run: Run, index: number, { data, errors = [] }: GraphQLAnswer): void => {
  for (const { path = [], ...error } of errors) {
    const placed = { ...error, path: [index, ...inClientsWords(run, path)] };
    run.errors.push(placed);
    (run.nulled ??= new Map()).set(placed, 1 + lengthToNull(data, path));
  }
};

const write = (run: Run, data: Data, index: number): RenderedEvent => {
  const { operation, options } = run;
  // Whether the JSON of an event had an escape is not known.
  const { text, violations } = operation.write(data, true);
  const missing = missingFields(
    run,
    violations.map(({ path, ...violation }) => ({ ...violation, path: [index, ...path] })),
  );
  const nulled = new Map<GraphQLFormattedError, number>();
  const told = run.errors.flatMap((error) => {
    const [event, ...path] = error.path ?? [];
    if (event !== index) return [];
    const own = withPath(error, path);
    nulled.set(own, (run.nulled?.get(error) ?? 0) - 1);
    return [own];
  });
  const placed = told.length > 0 ? placedErrors(told, text, operation.asked(), nulled) : [];
  const errors = [...placed, ...missing.map((error) => withPath(error, error.path?.slice(1) ?? []))];
  return { dataText: text, errors: errors.map((error) => options.formatError(error, undefined)) };
};

const withPath = ({ path: _, ...error }: GraphQLFormattedError, path: readonly (string | number)[]) =>
  path.length === 0 ? error : { ...error, path };
