import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { rootDir } from './paths.ts';

const read = (file: string): string => readFileSync(join(rootDir, file), 'utf8');

test('.env.example has every variable of docs/configuration.md, at its default', () => {
  const documented = new Map<string, string>();
  for (const [, name = '', value = ''] of read('docs/configuration.md').matchAll(/^\| `([A-Z_]+)`\s*\| ([^|]*)\|/gm)) {
    // The same variable may be read by several programs; the first section has the services' own default.
    if (!documented.has(name))
      documented.set(name, /required|unset/.test(value) ? '' : value.trim().replaceAll('`', ''));
  }
  const examples = [...read('.env.example').matchAll(/^#([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]);
  expect(Object.fromEntries(examples)).toEqual(Object.fromEntries(documented));
});
