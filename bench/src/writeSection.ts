import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootDir } from '@supergraph/platform';

/**
 * Puts results into docs/benchmarks.md, between `<!-- name -->` and `<!-- /name -->`; the text around is written by hand.
 *
 * @throws when the page has no such marks
 */
export const writeSection = (name: string, text: string): void => {
  const file = join(rootDir, 'docs/benchmarks.md');
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [before, rest] = readFileSync(file, 'utf8').split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`${file} has no ${begin} and ${end}.`);
  writeFileSync(file, `${before}${begin}\n\n${text}\n${end}${after}`);
};
