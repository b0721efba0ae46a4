import { readFileSync } from 'node:fs';

const root = new URL('../../', import.meta.url);

/**
 * Makes a function of a piece of code that a page tells its reader to write.
 *
 * @param about what the paragraph before it is about, as it stands there in bold
 * @param result a name of the code, whose value the function returns
 * @param page its path in the repository
 * @returns called with what the code imports, and uses without making it
 */
export const recipeOf = (
  about: string,
  result: string,
  page = 'docs/subscriptions.md',
): ((names: Readonly<Record<string, unknown>>) => unknown) => {
  const after = readFileSync(new URL(page, root), 'utf8').split(`**${about}**`)[1] ?? '';
  const [, code] = /```ts\n(.*?)```/s.exec(after) ?? [];
  if (code === undefined) throw new Error(`${page} has no recipe for ${about}.`);
  // Types are for the reader.
  const plain = code
    .replaceAll(/^import .*\n/gm, '')
    .replaceAll(': string | null', '')
    .replaceAll(/<\{.*\}>\(/g, '(');
  return (names) => {
    // oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- It is our own text.
    const run = new Function(...Object.keys(names), `${plain}\nreturn ${result};`);
    return Reflect.apply(run, undefined, Object.values(names)) as unknown;
  };
};
