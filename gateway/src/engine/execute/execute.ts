import type { GraphQLFormattedError } from 'graphql';
import type { FormatError } from '../../formatError.ts';
import { startWaiting, stopWaiting } from '../../http/upstreamClock.ts';
import type { RequestContext } from '../../requestContext.ts';
import { unavailable } from '../../upstream/createSubgraphSource.ts';
import { createGathered, locate, type Gathered } from '../compile/compileGather.ts';
import type { CompiledOperation } from '../compile/compileOperation.ts';
import type { Step, StepGroup } from '../compile/compileSteps.ts';
import type { Variables } from '../compile/compileVariables.ts';
import type { Violation } from '../compile/compileWriter.ts';
import type { TypeNames } from '../compile/typeNames.ts';
import { isData, jsonText, own, type Data } from '../compile/values.ts';
import { arrivalOf, type Arrival } from './arrival.ts';
import { placedErrors } from './placedErrors.ts';
import { readAnswer, type SubgraphAnswer } from './readAnswer.ts';
import type { Sharing } from './createSharing.ts';
import { viewerKey } from './viewerKey.ts';
import { Fault } from '../upstream/guard.ts';
import type { Send } from '../upstream/send.ts';

/** What a client is answered: the JSON of `data`, and the errors. */
export type Executed = Readonly<{
  dataText: string;
  /** Whether `dataText` is nothing but ASCII. */ ascii: boolean;
  errors: readonly GraphQLFormattedError[];
  tags: readonly string[] | null;
}>;

export type ExecuteOptions = Readonly<{
  types: TypeNames;
  urlOf: (subgraph: string) => URL | undefined;
  headersOf: (context: RequestContext, subgraph: string) => Promise<Record<string, string>>;
  send: Send;
  /** Null: every request is sent, whoever else asks the same at the moment. */
  share: Sharing | null;
  formatError: FormatError;
}>;

export type Execute = (
  operation: CompiledOperation,
  variables: Variables,
  context: RequestContext,
  /** Aborted when nobody waits any longer; then the promise is rejected. */
  signal: AbortSignal | null,
) => Promise<Executed>;

/** Runs compiled operations: each fetch as soon as what it reads is there, every failure in its own place. */
export const createExecute = (options: ExecuteOptions): Execute => {
  return async (operation, variables, context, signal) => {
    const run = startRun(options, operation, variables, context, signal);
    for (const steps of operation.stages) await runSteps(run, steps);
    const written = operation.write(run.data, run.escapes);
    const missing = missingFields(run, written.violations);
    const placed = run.errors.length > 0 ? placedErrors(run.errors, written.text, operation.asked(), run.nulled) : [];
    const all = [...placed, ...missing];
    return {
      dataText: written.text,
      ascii: run.ascii,
      errors: all.map((error) => options.formatError(error, undefined)),
      tags: operation.tags?.(run.data) ?? null,
    };
  };
};

export const startRun = (
  options: ExecuteOptions,
  ...[operation, variables, context, signal]: Parameters<Execute>
): Run => {
  const run: Run = {
    options,
    operation,
    variables,
    context,
    signal,
    data: {},
    errors: [],
    late: new Map(),
    nulled: new Map(),
    texts: new Map(),
    escapes: false,
    ascii: operation.introspect === null,
    viewer: null,
    absent: [],
  };
  operation.introspect?.(run.data, variables);
  return run;
};

/** The errors for what may not be missing and is, for a reason that nobody told. */
export const missingFields = (run: Run, violations: readonly Violation[]): readonly GraphQLFormattedError[] => {
  const absent = violations.length > 0 ? absentPlaces(run) : [];
  const missing = violations.filter(
    (violation) =>
      !isExplained(violation, run.errors) &&
      !absent.some((place) => place.length <= violation.path.length && startsAlike(place, violation.path)),
  );
  if (missing.length > 0) run.context.log.warn({ missing: missing.slice(0, 5) }, 'subgraphs broke the schema');
  return missing.map(toError);
};

export type Run = {
  readonly options: ExecuteOptions;
  readonly operation: CompiledOperation;
  readonly variables: Variables;
  readonly context: RequestContext;
  readonly signal: AbortSignal | null;
  readonly data: Data;
  readonly errors: GraphQLFormattedError[];
  /** Those of steps that are for a deferred fragment: of which one. */
  readonly late: Map<GraphQLFormattedError, string>;
  /** How much of its path leads to the null that an error left. */
  readonly nulled: Map<GraphQLFormattedError, number>;
  /** The variables as JSON, once they were needed. */
  readonly texts: Map<string, string>;
  /** Whether any answer had an escape in its JSON. */
  escapes: boolean;
  /** Whether every answer was nothing but ASCII. */
  ascii: boolean;
  /** Who asks, as a part of a key; made when first needed. */
  viewer: string | null;
  /** The objects that a subgraph was asked about as entities, and knows none. */
  readonly absent: { readonly group: StepGroup; readonly targets: readonly Data[] }[];
};

/** @param finished told of each step that is over, before those that follow it begin */
export const runSteps = (run: Run, steps: readonly Step[], finished?: (step: Step) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    const { signal } = run;
    const waitsFor = steps.map(({ after }) => after.length);
    const followers = steps.map((_, index) =>
      steps.flatMap(({ after }, follower) => (after.includes(index) ? [follower] : [])),
    );
    const giveUps = new Set<() => void>();
    const unanswered: number[] = [];
    let left = steps.length;
    let failed = false;

    const fail = (error: unknown): void => {
      if (failed) return;
      failed = true;
      signal?.removeEventListener('abort', onAbort);
      for (const giveUp of giveUps) giveUp();
      reject(error instanceof Error ? error : new Error('A step failed.', { cause: error }));
    };
    const onAbort = () => fail(new Error('The client is gone.'));

    const done = (index: number): void => {
      left -= 1;
      const step = steps[index];
      if (step !== undefined) finished?.(step);
      if (left === 0) {
        signal?.removeEventListener('abort', onAbort);
        resolve();
        return;
      }
      for (const follower of followers[index] ?? []) {
        const count = (waitsFor[follower] ?? 0) - 1;
        waitsFor[follower] = count;
        if (count === 0) start(follower);
      }
    };

    const start = (index: number): void => {
      const step = steps[index];
      if (step === undefined || failed) return;
      try {
        const requests = prepare(run, step);
        unanswered[index] = requests.length;
        if (requests.length === 0) done(index);
        for (const request of requests) send(index, step, request).catch(fail);
      } catch (error) {
        fail(error);
      }
    };

    const send = async (index: number, step: Step, { body, gathered }: Prepared): Promise<void> => {
      const { options, context } = run;
      const url = options.urlOf(step.subgraph);
      if (url === undefined) throw new Error(`There is no subgraph ${step.subgraph}.`);
      const headers = await options.headersOf(context, step.subgraph);
      if (failed) return;
      const { principal } = context;
      const outgoing = {
        subgraph: step.subgraph,
        kind: step.kind,
        url,
        headers,
        body,
        user: principal.kind === 'user' ? principal.id : null,
        canary: context.canary,
        ...(step.kind === 'mutation' && {
          mutation: { fields: run.operation.effects, idempotencyKey: context.idempotencyKey },
        }),
      };
      const arrived = (arrival: Arrival): void => {
        giveUps.delete(giveUp);
        if (failed) return;
        try {
          stopWaiting(context.upstream);
          const { error, answer } = arrival;
          if (error instanceof Fault) throw error.cause;
          if (answer === undefined) {
            context.log.warn(
              { subgraph: step.subgraph, url: url.href, err: error },
              error === null ? 'a subgraph did not answer with GraphQL' : 'a subgraph could not be asked',
            );
            note(run, step, unavailable(step.subgraph, error));
          } else {
            run.escapes ||= arrival.escapes;
            // An escape in ASCII may stand for anything.
            run.ascii &&= arrival.ascii && !arrival.escapes;
            take(run, step, gathered, arrival, answer);
          }
          unanswered[index] = (unanswered[index] ?? 0) - 1;
          if (unanswered[index] === 0) done(index);
        } catch (problem) {
          fail(problem);
        }
      };
      startWaiting(context.upstream);
      // What follows a mutation must see its effect: it never waits for an answer that was asked for before.
      const giveUp =
        options.share !== null && run.operation.kind === 'query'
          ? options.share.send(keyOf(run, step.subgraph, body), outgoing, arrived)
          : options.send(outgoing, (error, text, response) => arrived(arrivalOf(error, text, response, false)));
      giveUps.add(giveUp);
    };

    if (signal?.aborted) {
      onAbort();
      return;
    }
    signal?.addEventListener('abort', onAbort);
    if (left === 0) resolve();
    steps.forEach(({ after }, index) => {
      if (after.length === 0) start(index);
    });
  });

type Prepared = { body: string; gathered: readonly Gathered[] };

/** Writes a step's requests: one, or none when there is nothing to ask, or one for each of several contexts. */
const prepare = (run: Run, step: Step): readonly Prepared[] => {
  for (const { variable, holds } of step.conditions) if ((run.variables[variable] === true) !== holds) return none;
  const [group] = step.groups ?? [];
  if (group?.batches) {
    return group.batches(run.data).map(({ variablesText, gathered }) => {
      const start = `${step.bodyStart}${group.variableStart}[${gathered.texts.join(',')}],${variablesText}`;
      return { body: withVariables(run, step, start, ','), gathered: [gathered] };
    });
  }
  let body = step.bodyStart;
  let comma = '';
  const gathered: Gathered[] = [];
  if (step.groups !== null) {
    let count = 0;
    for (const group of step.groups) {
      const one = createGathered();
      group.gather(run.data, one);
      gathered.push(one);
      count += one.texts.length;
      body += `${comma}${group.variableStart}[${one.texts.join(',')}]`;
      comma = ',';
    }
    if (count === 0) return none;
  }
  return [{ body: withVariables(run, step, body, comma), gathered }];
};

const none: readonly Prepared[] = [];

/** The body with the client's variables, and its end. */
const withVariables = (run: Run, step: Step, start: string, separator: string): string => {
  let body = start;
  let comma = separator;
  for (const { name, start } of step.variables) {
    const value = run.variables[name];
    if (value === undefined) continue;
    let text = run.texts.get(name);
    if (text === undefined) run.texts.set(name, (text = jsonText(value)));
    body += comma + start + text;
    comma = ',';
  }
  return `${body}}}`;
};

const keyOf = (run: Run, subgraph: string, body: string): string => {
  run.viewer ??= viewerKey(run.context);
  return `${subgraph}\n${run.viewer}\n${body}`;
};

const take = (
  run: Run,
  step: Step,
  gathered: readonly Gathered[],
  { shared, text }: Arrival,
  answer: SubgraphAnswer,
): void => {
  // Rewriting changes an answer, so one that others read too is read anew.
  const ours = shared && step.rewrites ? (readAnswer(text) ?? answer) : answer;
  const copying = shared && !step.rewrites;
  const { data, errors } = ours;
  if (errors !== undefined) takeErrors(run, step, gathered, errors, data);
  if (!isData(data)) return;
  if (step.root !== null) {
    step.root.rewrite?.(data);
    step.root.merge(run.data, data, copying);
  }
  step.groups?.forEach((group, index) => {
    const entities = own(data, group.key);
    const asked = gathered[index];
    if (!Array.isArray(entities) || asked === undefined) return;
    takeEntities(group, asked, entities, copying);
    const unknown = asked.targets.filter((_, place) => entities[asked.indexes[place] ?? -1] === null);
    if (unknown.length > 0) run.absent.push({ group, targets: unknown });
  });
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

const inClientsWords = (run: Run, path: readonly (string | number)[]): readonly (string | number)[] =>
  path.map((key) => (typeof key === 'string' ? run.operation.keys.clientKey(key) : key));

const takeEntities = (
  group: StepGroup,
  { targets, indexes }: Gathered,
  entities: readonly unknown[],
  copying: boolean,
): void => {
  if (group.rewrite !== null) for (const entity of entities) group.rewrite(entity);
  const used = group.nested && !copying ? new Set<number>() : null;
  for (let place = 0; place < targets.length; place++) {
    const target = targets[place];
    const index = indexes[place] ?? -1;
    const entity = entities[index];
    if (target === undefined || !isData(entity)) continue;
    group.merge(target, entity, copying || (used?.has(index) ?? false));
    used?.add(index);
  }
};

const note = (run: Run, { part }: Step, error: GraphQLFormattedError): void => {
  run.errors.push(error);
  if (part !== null) run.late.set(error, part);
};

const takeErrors = (
  run: Run,
  step: Step,
  gathered: readonly Gathered[],
  errors: NonNullable<SubgraphAnswer['errors']>,
  data: unknown,
): void => {
  for (const { message, path, extensions } of errors) {
    const error = {
      message,
      extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', ...extensions, serviceName: step.subgraph },
    };
    const places = path === undefined ? [] : placesOf(run, step, gathered, path);
    if (places.length === 0) note(run, step, error);
    for (const place of places) {
      const placed = { ...error, path: inClientsWords(run, place) };
      note(run, step, placed);
      if (path !== undefined) run.nulled.set(placed, place.length - path.length + lengthToNull(data, path));
    }
  }
};

/** How much of a path leads to the first null on it. */
const lengthToNull = (data: unknown, path: readonly (string | number)[]): number => {
  let at = data;
  for (const [index, step] of path.entries()) {
    if (typeof at !== 'object' || at === null) return index;
    at = Reflect.get(at, step);
  }
  return path.length;
};

/** Where in the answer a subgraph's path leads: one place for a root field, every waiting place for an entity. */
const placesOf = (
  run: Run,
  step: Step,
  gathered: readonly Gathered[],
  path: readonly (string | number)[],
): (readonly (string | number)[])[] => {
  if (step.groups === null) return [path];
  const [key, index, ...rest] = path;
  const position = step.groups.findIndex((group) => group.key === key);
  const group = step.groups[position];
  const asked = gathered[position];
  if (group === undefined || asked === undefined || typeof index !== 'number') return [];
  const located = locate(run.data, group.paths, run.options.types);
  return asked.targets.flatMap((target, place) => {
    const at = asked.indexes[place] === index ? located.get(target) : undefined;
    return at === undefined ? [] : [[...at, ...rest]];
  });
};

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
