import type { Answer } from './createFederation.ts';

/**
 * Undefined when two answers say the same: the same data, with its keys in the same order, and errors at the same
 * places; otherwise what differs.
 *
 * The place of an error is the null that it left in the data. The specification lets a server leave out errors of what
 * is nulled anyway (section 6.4.4), and subgraphs run at the same time, so which of several errors under one null are
 * told is not settled.
 */
export const differenceOf = (expected: Answer, actual: Answer): string | undefined => {
  const [data, given] = [JSON.stringify(expected.data), JSON.stringify(actual.data)];
  const said = (actual.errors ?? []).map(({ message }) => message);
  if (data !== given)
    return `data\n  expected ${around(data, given)}\n  got      ${around(given, data)}\n  errors   ${said.join('; ') || 'none'}`;
  const [places, told] = [placesOf(expected), placesOf(actual)];
  if (places !== told) return `errors\n  expected ${places}\n  got      ${told}`;
  return undefined;
};

const placesOf = ({ data, errors = [] }: Answer): string =>
  [...new Set(errors.map(({ path, message }) => (path === undefined ? `no path (${message})` : nullOf(data, path))))]
    .toSorted()
    .join(' ');

/** The path down to the first null on it; all of it and a mark when there is none. */
const nullOf = (data: unknown, path: readonly (string | number)[]): string => {
  let at = data;
  const walked: (string | number)[] = [];
  for (const step of path) {
    if (at === null) break;
    at = typeof at === 'object' ? Reflect.get(at as object, step) : undefined;
    walked.push(step);
  }
  return `/${walked.join('/')}${at === null ? '' : ' (not null)'}`;
};

/** The part of a long text where it begins to differ. */
const around = (text = 'undefined', other = 'undefined'): string => {
  let at = 0;
  while (at < text.length && text[at] === other[at]) at += 1;
  const from = Math.max(0, at - 120);
  return `${from > 0 ? '…' : ''}${text.slice(from, at + 200)}${text.length > at + 200 ? '…' : ''}`;
};
