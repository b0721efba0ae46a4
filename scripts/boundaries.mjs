/** Checks who imports whom (`.dependency-cruiser.mjs`). Use: node scripts/boundaries.mjs [root]. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { cruise, format } from 'dependency-cruiser';
import config from '../.dependency-cruiser.mjs';

const folders = ['packages', 'subgraphs', 'gateway', 'identity', 'tests', 'bench'];
const root = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, '..'));

const sources = folders.flatMap((folder) => typescriptIn(folder));
const { forbidden, options } = config;
const { output } = await cruise(sources, { ...options, baseDir: root, validate: true, ruleSet: { forbidden } });

const seen = new Set(output.modules.map((module) => module.source));
const unseen = sources.filter((file) => !seen.has(file));
const edges = output.modules
  .filter((module) => sources.includes(module.source))
  .flatMap((module) => module.dependencies.map((dependency) => ({ from: module.source, ...dependency })));
const unfollowed = edges.filter(
  ({ module, resolved }) =>
    module.startsWith('@supergraph/') && !/^(packages|subgraphs|gateway|identity|tests|bench)\/.*\.ts$/.test(resolved),
);

// npm links every workspace into the root, so that an import works without a dependency: until the package moves.
const undeclared = edges.filter(
  ({ from, module }) =>
    module.startsWith('@supergraph/') && !/[.](test|fixture)[.]ts$/.test(from) && !declares(from, module),
);

// A check that saw nothing must not be green: it has been, with a parser that could not read the sources.
const blind = [
  ...(sources.length === 0 ? ['there are no TypeScript files to check'] : []),
  ...(edges.length === 0 ? ['not one import was found'] : []),
  ...unseen.map((file) => `${file} was not read`),
  ...unfollowed.map(({ from, module }) => `${from}: "${module}" was not followed to its source`),
];
const problems = [...blind, ...undeclared.map(({ from, module }) => `${from}: ${module} is not in its package.json`)];

for (const problem of problems) console.error(`boundaries: ${problem}`);
if (output.summary.error > 0) console.error((await format(output, { outputType: 'err-long' })).output);
if (problems.length > 0 || output.summary.error > 0) process.exit(1);
console.log(`${sources.length} files, ${edges.length} imports, no boundary crossed`);

function declares(file, module) {
  const folder = /^(packages|subgraphs)\/[^/]+|^[^/]+/.exec(file)[0];
  const { name, dependencies } = JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8'));
  return module === name || Object.hasOwn(dependencies ?? {}, module);
}

function typescriptIn(folder) {
  try {
    return readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
      .filter((file) => file.includes('/src/') && !/(^|\/)(node_modules|dist)\//.test(file));
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}
