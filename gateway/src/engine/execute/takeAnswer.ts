import type { GraphQLFormattedError } from 'graphql';
import { locate, type Gathered } from '../compile/compileGather.ts';
import type { Step, StepGroup, StepRoot } from '../compile/compileSteps.ts';
import { isData, own, type Data } from '../compile/values.ts';
import type { Arrival } from './arrival.ts';
import { readAnswer, type SubgraphAnswer } from './readAnswer.ts';
import { inClientsWords, type Run } from './run.ts';

/** Merges an answer into the data, and notes its errors at their places. */
export const takeAnswer = (
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
    mergeRoot(run, step.root, data, copying);
  }
  step.groups?.forEach((group, index) => {
    const entities = own(data, group.key);
    const asked = gathered[index];
    if (!Array.isArray(entities) || asked === undefined) return;
    takeEntities(group, asked, entities, copying);
    if (!entities.includes(null)) return;
    const unknown = asked.targets.filter((_, place) => entities[asked.indexes[place] ?? -1] === null);
    if (unknown.length > 0) run.absent.push({ group, targets: unknown });
  });
};

/** Merges fields of the root: of a burst, into each event. */
export const mergeRoot = ({ data }: Run, { merge }: Pick<StepRoot, 'merge'>, from: Data, again: boolean): void => {
  if (isData(data)) merge(data, from, again);
  else for (const event of data) merge(event, from, true);
};

/** Gives every target its entity, where there is one. */
export const takeEntities = (
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

/** Notes an error, and of which deferred fragment it is. */
export const noteError = (run: Run, { part }: Step, error: GraphQLFormattedError): void => {
  run.errors.push(error);
  if (part !== null) (run.late ??= new Map()).set(error, part);
};

/** Notes an error that has no place: of a burst, for each event that asked for anything. */
export const noteFailure = (
  run: Run,
  step: Step,
  gathered: readonly Gathered[],
  error: GraphQLFormattedError,
): void => {
  const { data } = run;
  if (isData(data)) return noteError(run, step, error);
  const events = new Set<number>();
  step.groups?.forEach(({ paths }, position) => {
    const located = locate(data, paths, run.options.types);
    for (const target of gathered[position]?.targets ?? []) events.add(Number(located.get(target)?.[0]));
  });
  for (const event of step.groups === null ? data.keys() : events) noteError(run, step, { ...error, path: [event] });
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
    if (places.length === 0) noteFailure(run, step, gathered, error);
    for (const place of places) {
      const placed = { ...error, path: inClientsWords(run, place) };
      noteError(run, step, placed);
      if (path !== undefined) {
        (run.nulled ??= new Map()).set(placed, place.length - path.length + lengthToNull(data, path));
      }
    }
  }
};

/** How much of a path leads to the first null on it. */
export const lengthToNull = (data: unknown, path: readonly (string | number)[]): number => {
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
