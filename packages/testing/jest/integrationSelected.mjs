import { readdirSync } from 'node:fs';
import { join, sep } from 'node:path';

const skipped = new Set(['node_modules', 'dist', '.git', '.data', 'generated']);

const isIntegration = (root, file) => file.endsWith('.int.test.ts') || file.startsWith(join(root, 'tests') + sep);

/**
 * Whether this run selects a test that needs the backing services. `testPathPatterns` holds what was given on the
 * command line; anything this cannot judge (`--onlyChanged`, an unknown shape) counts as yes.
 */
export const integrationSelected = ({ rootDir, testPathPatterns, onlyChanged, findRelatedTests, runTestsByPath }) => {
  if (onlyChanged || findRelatedTests || runTestsByPath) return true;
  const patterns = testPathPatterns?.patterns;
  if (!Array.isArray(patterns)) return true;
  const selected = patterns.length === 0 ? () => true : matcher(patterns);
  return testFiles(rootDir).some((file) => isIntegration(rootDir, file) && selected(file));
};

const matcher = (patterns) => {
  const expressions = patterns.map((pattern) => new RegExp(pattern.replace(/^\.\//, ''), 'i'));
  return (file) => expressions.some((expression) => expression.test(file));
};

const testFiles = (dir) =>
  readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : testFiles(path);
    return entry.name.endsWith('.test.ts') ? [path] : [];
  });
