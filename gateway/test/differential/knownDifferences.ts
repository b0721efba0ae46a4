import { parse, visit } from 'graphql';
import { differenceOf } from './compareAnswers.ts';
import type { Answer } from './createFederation.ts';
import { isPart } from './isPart.ts';

/**
 * Where `@apollo/gateway` answers something else than the specifications say; docs/differential-tests.md explains each.
 */
export const differenceNames = ['order', 'unseen', 'required', 'serial', 'misplaced', 'lost', 'failed'] as const;
export type DifferenceName = (typeof differenceNames)[number];

/** What may explain a difference in one supergraph. */
export type Explanations = Readonly<{
  names: readonly DifferenceName[];
  /** Fields whose requirements have fragments. */
  required?: readonly string[];
  /** Fields that show what a mutation has done. */
  effects?: readonly string[];
}>;

/** What is taken out of both answers to see whether they are the same without it. */
type Remove = Readonly<{ name: DifferenceName; from: (answer: Answer) => Answer }>;

/**
 * Why `@apollo/gateway` answers differently, in as few names as suffice; undefined when these names do not explain it.
 */
export const explainDifference = (
  ours: Answer,
  theirs: Answer,
  query: string,
  { names, required = [], effects = [] }: Explanations,
): readonly DifferenceName[] | undefined => {
  if (differenceOf(ours, theirs) === undefined) return [];
  if (names.includes('failed') && theirs.data === undefined && isItsFault(theirs)) return ['failed'];
  const requiring = keysOf(query, required);
  const late = query.startsWith('mutation') ? keysOf(query, effects) : new Set<string>();
  const removes: readonly Remove[] = [
    { name: 'order', from: (answer: Answer) => ({ ...answer, data: sorted(answer.data) }) },
    { name: 'unseen', from: withoutUnseen },
    { name: 'required', from: (answer: Answer) => without(answer, requiring) },
    { name: 'serial', from: (answer: Answer) => without(answer, late) },
    { name: 'misplaced', from: withoutIndexes },
    // What is lost is only there in one of them; see below.
    { name: 'lost', from: (answer: Answer) => answer },
  ];
  const usable = removes.filter(({ name }) => names.includes(name));
  const sets = Array.from({ length: 2 ** usable.length }, (_, bits) =>
    usable.filter((_one, index) => ((bits >> index) & 1) === 1),
  ).toSorted((one, other) => one.length - other.length);
  const enough = sets.find((set) => {
    const apply = (answer: Answer): Answer => set.reduce((left, { from }) => from(left), answer);
    const [one, other] = [apply(ours), apply(theirs)];
    if (differenceOf(one, other) === undefined) return true;
    // Whatever error there was may be lost with it.
    return set.some(({ name }) => name === 'lost') && isPart(other.data, one.data);
  });
  return enough?.map(({ name }) => name);
};

const isItsFault = ({ errors = [] }: Answer): boolean =>
  errors.some(({ extensions }) => extensions?.['code'] === 'INTERNAL_SERVER_ERROR');

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
};

/** A value that is none to clients: of an enum, or an object of a type that they may not see. */
const withoutUnseen = (answer: Answer): Answer => ({
  ...answer,
  errors: (answer.errors ?? []).filter(({ message }) => !/^The (value|object) is no \w+\.$/.test(message)),
});

/** With errors that only say which fields they are about, not in which item of a list. */
const withoutIndexes = ({ errors = [], ...answer }: Answer): Answer => ({
  ...answer,
  errors: errors.map(({ path = [] }) => ({ message: path.filter((step) => typeof step === 'string').join('.') })),
});

/** Without what is under some keys, and without errors there. */
const without = ({ data, errors = [] }: Answer, keys: ReadonlySet<string>): Answer => {
  const within = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(within);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, inner]) => (keys.has(key) ? [] : [[key, within(inner)]])),
    );
  };
  return { data: within(data), errors: errors.filter(({ path }) => !path?.some((step) => keys.has(String(step)))) };
};

/** The keys under which an operation asks for fields of some names. */
const keysOf = (query: string, names: readonly string[]): ReadonlySet<string> => {
  const keys = new Set<string>();
  visit(parse(query, { noLocation: true }), {
    Field: ({ alias, name }) => void (names.includes(name.value) && keys.add((alias ?? name).value)),
  });
  return keys;
};
