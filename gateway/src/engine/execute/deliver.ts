import type { GraphQLFormattedError } from 'graphql';
import type { RequestContext } from '../../requestContext.ts';
import type { CompiledFragment, CompiledOperation } from '../compile/compileOperation.ts';
import type { Step } from '../compile/compileSteps.ts';
import type { Variables } from '../compile/compileVariables.ts';
import type { DeferStep } from '../compile/deferral.ts';
import { isData, own, type Data } from '../compile/values.ts';
import type { Cancellation } from './cancellation.ts';
import { missingFields, startsAlike } from './missingFields.ts';
import { isAsked, placedErrors } from './placedErrors.ts';
import { startRun, type ExecuteOptions, type Run } from './run.ts';
import { runSteps } from './runSteps.ts';

/**
 * Answers an operation with deferred fragments: JSON texts, the first without them, then those that are ready together.
 * Ends early, without a word, when the client is gone.
 */
export type Deliver = (
  operation: CompiledOperation,
  variables: Variables,
  context: RequestContext,
  cancellation: Cancellation | null,
  /** Told with the first part: what was refused before anything was fetched. */
  refused: readonly GraphQLFormattedError[],
) => AsyncGenerator<string, void>;

/** Where a fragment stands in what was answered before it. */
type Place = Readonly<{ data: Data; path: readonly (string | number)[] }>;

/** What is written of an object, to find the fragments inside. */
type Written = Readonly<{ answer: unknown; place: Place }>;

/** Runs every fetch as soon as what it reads is there, those for deferred fragments too. */
export const createDeliver = (options: ExecuteOptions): Deliver =>
  async function* (operation, variables, context, cancellation, refused) {
    const run = startRun(options, operation, variables, context, cancellation);
    const left = new Map<string | null, number>();
    for (const { part } of operation.stages.flat()) left.set(part, (left.get(part) ?? 0) + 1);
    let wake = () => {};
    let failure: Error | null = null;
    const fetching = fetchAll(run, ({ part }) => {
      left.set(part, (left.get(part) ?? 0) - 1);
      wake();
    }).catch((error: unknown) => {
      failure = error instanceof Error ? error : new Error('A step failed.', { cause: error });
      wake();
    });
    const isOver = (part: string | null): boolean => (left.get(part) ?? 0) === 0;
    const until = async (holds: () => boolean): Promise<void> => {
      while (failure === null && !holds()) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    };

    await until(() => isOver(null));
    const written = new Map<string | null, readonly Written[]>();
    try {
      if (failure !== null) throw failure;
      const { text, part } = writeFirst(run, refused);
      written.set(null, [part]);
      yield text;

      let waiting = operation.deferred;
      while (waiting.length > 0) {
        const isReady = ({ id, parent }: CompiledFragment): boolean => isOver(id) && written.has(parent);
        await until(() => waiting.some(isReady));
        if (failure !== null) throw failure;
        const payloads: string[] = [];
        // The one around comes before those inside, which can be ready with it.
        waiting = waiting.filter((fragment) => {
          if (!isReady(fragment)) return true;
          const parts = writeFragment(run, fragment, written.get(fragment.parent) ?? []);
          written.set(
            fragment.id,
            parts.map(({ part }) => part),
          );
          payloads.push(...parts.map(({ text: payload }) => payload));
          return false;
        });
        const hasNext = waiting.length > 0;
        if (payloads.length > 0) yield `{"hasNext":${hasNext},"incremental":[${payloads.join(',')}]}`;
        else if (!hasNext) yield '{"hasNext":false}';
      }
    } catch (error) {
      if (cancellation?.cancelled) return;
      const errors = JSON.stringify([options.formatError({ message: 'The request failed.' }, error)]);
      yield written.size === 0
        ? `{"errors":${errors},"hasNext":false}`
        : `{"hasNext":false,"incremental":[{"data":null,"path":[],"errors":${errors}}]}`;
    } finally {
      await fetching;
    }
  };

/** A mutation's effects in their order, and nothing deferred before the last of them is over. */
const fetchAll = async (run: Run, finished: (step: Step) => void): Promise<void> => {
  const { stages, kind } = run.operation;
  if (kind !== 'mutation') {
    for (const steps of stages) await runSteps(run, steps, finished);
    return;
  }
  const split = stages.map((steps) => ({
    first: only(steps, ({ part }) => part === null),
    later: only(steps, ({ part }) => part !== null),
  }));
  for (const { first } of split) await runSteps(run, first, finished);
  await Promise.all(split.map(({ later }) => runSteps(run, later, finished)));
};

/** Some of the steps; those left out are over, or wait for these. */
const only = (steps: readonly Step[], chosen: (step: Step) => boolean): readonly Step[] => {
  const positions = new Map<number, number>();
  steps.forEach((step, index) => {
    if (chosen(step)) positions.set(index, positions.size);
  });
  return steps.filter(chosen).map((step) => ({
    ...step,
    after: step.after.flatMap((index) => positions.get(index) ?? []),
  }));
};

const writeFirst = (run: Run<Data>, refused: readonly GraphQLFormattedError[]): { text: string; part: Written } => {
  const { operation, data, options } = run;
  const { text, violations } = operation.write(data, run.escapes);
  // What was fetched at once for a fragment is told with the fragment.
  const isLater = ({ path }: GraphQLFormattedError): boolean =>
    path !== undefined && !isAsked(operation.asked(), path) && isAsked(operation.askedInAll(), path);
  const ours = run.errors.filter((error) => !run.late?.has(error) && !isLater(error));
  const errors = [...placedErrors(ours, text, operation.asked(), run.nulled), ...missingFields(run, violations)];
  const told = [...refused, ...errors.map((error) => options.formatError(error, undefined))];
  noteOutcome(run, told);
  return {
    text: `{"data":${text}${told.length > 0 ? `,"errors":${JSON.stringify(told)}` : ''},"hasNext":true}`,
    part: { answer: JSON.parse(text), place: { data, path: [] } },
  };
};

/** A payload for each place where the fragment applies and that is in the answer. */
const writeFragment = (
  run: Run,
  fragment: CompiledFragment,
  around: readonly Written[],
): readonly { text: string; part: Written }[] => {
  const { errors: all, late, options } = run;
  const places = around.flatMap(({ answer, place }) => find(answer, place, fragment.path));
  // Those that nobody can place are told once.
  let nowhere = all.filter((error) => error.path === undefined && late?.get(error) === fragment.id);
  return places.map((place) => {
    const { text, violations } = fragment.write(place.data, run.escapes);
    const { path } = place;
    const inside = all.flatMap((error) => {
      if (error.path === undefined || error.path.length < path.length || !startsAlike(error.path, path)) return [];
      const within = error.path.slice(path.length);
      // What another fragment asked for is told there; what nobody did is told with what it was fetched for.
      const isOurs =
        isAsked(fragment.asked, within) ||
        (late?.get(error) === fragment.id && !isAsked(run.operation.askedInAll(), error.path));
      return isOurs ? [{ error, within }] : [];
    });
    const relative = new Map(inside.map(({ error, within }) => [{ ...error, path: within }, error] as const));
    const nulled = new Map(
      [...relative].map(([one, error]) => [one, (run.nulled?.get(error) ?? 0) - path.length] as const),
    );
    const placed = placedErrors([...relative.keys()], text, fragment.asked, nulled).map((error) => ({
      ...error,
      path: [...path, ...(error.path ?? [])],
    }));
    const missing = missingFields(
      run,
      violations.map((violation) => ({ ...violation, path: [...path, ...violation.path] })),
    );
    const told = [...nowhere, ...placed, ...missing].map((error) => options.formatError(error, undefined));
    nowhere = [];
    noteOutcome(run, told);
    const parts = [
      `"data":${text}`,
      `"path":${JSON.stringify(path)}`,
      ...(fragment.label === null ? [] : [`"label":${JSON.stringify(fragment.label)}`]),
      ...(told.length === 0 ? [] : [`"errors":${JSON.stringify(told)}`]),
    ];
    return { text: `{${parts.join(',')}}`, part: { answer: JSON.parse(text), place } };
  });
};

const noteOutcome = ({ context }: Run, [first]: readonly GraphQLFormattedError[]): void => {
  const code = first?.extensions?.['code'];
  if (code !== undefined && context.observed.outcome === 'ok') context.observed.outcome = String(code);
};

/** Follows a path through an answer and its data at once; what is null in the answer is nowhere. */
const find = (answer: unknown, { data, path }: Place, steps: readonly DeferStep[]): readonly Place[] => {
  const walk = (
    value: unknown,
    inside: unknown,
    at: readonly (string | number)[],
    [step, ...rest]: readonly DeferStep[],
  ): readonly Place[] => {
    if (Array.isArray(value)) {
      return value.flatMap((item, index) =>
        walk(item, Array.isArray(inside) ? inside[index] : undefined, [...at, index], step ? [step, ...rest] : []),
      );
    }
    if (!isData(value) || !isData(inside)) return [];
    if (step === undefined) return [{ data: inside, path: at }];
    if (step.kind === 'field') return walk(own(value, step.key), own(inside, step.dataKey), [...at, step.key], rest);
    const typename = own(inside, '__typename');
    return typename === undefined || step.names.has(String(typename)) ? walk(value, inside, at, rest) : [];
  };
  return walk(answer, data, path, steps);
};
