import type { Asked } from '../../cache/entities/createEntityCache.ts';
import type { Keeping } from '../../cache/entities/keeping.ts';
import type { Stamp } from '../../cache/tags/createTagView.ts';
import type { Gathered } from '../compile/compileGather.ts';
import type { Step } from '../compile/compileSteps.ts';
import { isData, own, type Data } from '../compile/values.ts';
import type { Arrival } from './arrival.ts';
import type { SubgraphAnswer } from './readAnswer.ts';
import type { Run } from './run.ts';
import { mergeRoot, takeEntities } from './takeAnswer.ts';

/** What a step is still to ask about; null: nothing. */
export type Left = readonly Gathered[] | null;

/** Takes what is known of a step's answer into the data. */
export const recallStep = (
  run: Run,
  step: Step,
  keeping: Keeping,
  gathered: readonly Gathered[],
): Left | Promise<Left> => {
  const { entities } = run.options;
  if (entities === null || !keeping.recallable || run.wantsFresh) return gathered;
  const take = ({ root, groups, until, escapes, ascii }: Awaited<ReturnType<typeof entities.recall>>): Left => {
    const isUsed = root !== null || groups.some((all) => all.some((entity) => entity !== undefined));
    if (!isUsed) return gathered;
    run.freshUntil = Math.min(run.freshUntil, until);
    run.escapes ||= escapes;
    run.ascii &&= ascii;
    if (root !== null) {
      if (step.root !== null) mergeRoot(run, step.root, root, false);
      return null;
    }
    const left = gathered.map((one, index) => {
      const known = groups[index] ?? [];
      const group = step.groups?.[index];
      if (group) takeEntities(group, one, known, false);
      return without(one, known);
    });
    return left.some(({ texts }) => texts.length > 0) ? left : null;
  };
  const recalled = entities.recall(askedOf(run, keeping, gathered));
  return recalled instanceof Promise ? recalled.then(take) : take(recalled);
};

/** What was gathered, without the entities that are known. */
const without = (gathered: Gathered, known: readonly unknown[]): Gathered => {
  const places = new Map<number, number>();
  const texts = gathered.texts.filter((_, index) => {
    if (known[index] !== undefined) return false;
    places.set(index, places.size);
    return true;
  });
  const targets: Data[] = [];
  const indexes: number[] = [];
  gathered.targets.forEach((target, position) => {
    const index = places.get(gathered.indexes[position] ?? -1);
    if (index === undefined) return;
    targets.push(target);
    indexes.push(index);
  });
  return { ...gathered, texts, targets, indexes };
};

/** Those who wait for one answer keep it once: it is the same for all of them. */
const kept = new WeakSet<SubgraphAnswer>();

/** Keeps an answer, before it becomes a part of the data: then it may be changed. */
export const rememberStep = (
  run: Run,
  {
    step,
    keeping,
    gathered,
    stamp,
  }: Readonly<{ step: Step; keeping: Keeping; gathered: readonly Gathered[]; stamp: Stamp }>,
  { escapes, ascii }: Arrival,
  answer: SubgraphAnswer,
): void => {
  const { data, errors } = answer;
  if (errors !== undefined || !isData(data) || kept.has(answer)) return;
  kept.add(answer);
  const groups = (step.groups ?? []).map(({ key }) => {
    const entities = own(data, key);
    return Array.isArray(entities) ? entities : [];
  });
  run.options.entities?.remember(askedOf(run, keeping, gathered), {
    stamp,
    root: step.root === null ? null : data,
    groups,
    escapes,
    ascii: ascii && !escapes,
  });
};

const askedOf = (run: Run, keeping: Keeping, gathered: readonly Gathered[]): Asked => ({
  keeping,
  names: gathered.map((one, index) => {
    const nameOf = keeping.groups[index]?.nameOf;
    const objects: Data[] = [];
    one.targets.forEach((target, position) => {
      objects[one.indexes[position] ?? -1] ??= target;
    });
    return one.texts.map((text, place) => {
      const object = objects[place];
      return object && nameOf ? nameOf(object, text) : null;
    });
  }),
  variables: run.variables,
  viewer: run.context,
});
