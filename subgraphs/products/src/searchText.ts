import { DomainError } from '@supergraph/errors';

/** A search text, taken apart so that its last word may be unfinished. */
export type SearchText = Readonly<{
  /** The text as it was typed, for `websearch_to_tsquery`. */
  whole: string;
  /** The text before the unfinished word. */
  before: string;
  /** The unfinished word as a prefix for `to_tsquery`, or null where no prefix makes sense. */
  prefix: string | null;
}>;

const longestSearch = 200;

/**
 * Reads a search text; null when there is nothing to search for.
 *
 * Only letters, digits and hyphens after a blank become a prefix: a quoted phrase is finished, `-word` excludes a word
 * that must be whole, and nothing else may reach `to_tsquery`, which has operators of its own.
 *
 * @throws DomainError BAD_USER_INPUT for a text that is too long
 */
export const readSearchText = (text: string): SearchText | null => {
  // Control characters part words; PostgreSQL cannot even hold the first of them.
  const whole = text.replaceAll(/\p{Cc}/gu, ' ').trim();
  if (whole === '') return null;
  if (whole.length > longestSearch)
    throw new DomainError('BAD_USER_INPUT', `A search text has at most ${longestSearch} characters.`, {
      problems: ['filter.search: is too long'],
    });
  const last = /(?:^|\s)([\p{L}\p{N}][\p{L}\p{N}-]*)$/u.exec(whole)?.[1];
  const insideQuotes = (whole.match(/"/g)?.length ?? 0) % 2 === 1;
  if (last === undefined || insideQuotes) return { whole, before: whole, prefix: null };
  return { whole, before: whole.slice(0, -last.length).trim(), prefix: `${last}:*` };
};
