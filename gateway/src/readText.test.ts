import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readText } from './readText.ts';

test('a file is read; of one that cannot be, it is said which and why', () => {
  const folder = mkdtempSync(join(tmpdir(), 'read-text-'));
  const file = join(folder, 'a.txt');
  writeFileSync(file, 'text');
  expect(readText(file)).toBe('text');
  expect(() => readText(join(folder, 'b.txt'))).toThrow(`${folder}/b.txt cannot be read (there is no such file).`);
  expect(() => readText(folder)).toThrow(`${folder} cannot be read (it is a folder).`);
});
