/**
 * All that can be said about the repository without starting a server. Use: npm run check [-- step ...].
 * Nothing is written but build output, so what it complains about is still there to look at.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { apiSchema, apiSchemaFile } from './apiSchema.mjs';
import { missingPlatformPackages } from './platformPackages.mjs';
import { root, run, runSteps } from './steps.mjs';

const read = (file) => readFileSync(path.join(root, file), 'utf8');

const steps = [
  { name: 'types', work: () => run('tsc', '-b') },
  { name: 'format', work: () => run('prettier', '--check', '--log-level', 'warn', '.') },
  // Rules that know types need the declarations of the packages, which `types` writes on a clean clone.
  { name: 'lint', needs: ['types'], work: () => run('oxlint', '--type-aware', '--deny-warnings') },
  { name: 'boundaries', work: () => run('node', 'scripts/boundaries.mjs') },
  // The composer runs from what `types` has built; tests are checked against the declarations it wrote.
  { name: 'types of tests', needs: ['types'], work: () => run('tsc', '-p', 'tsconfig.tests.json') },
  { name: 'composition', needs: ['types'], work: () => run('node', 'gateway/dist/composeCommand.js', '--check') },
  { name: 'cache hints', needs: ['types'], work: () => run('node', 'scripts/cacheHints.mjs') },
  // Nothing to compare where the gateway's database is not known (DATABASE_URL_GATEWAY).
  { name: 'registered operations', needs: ['types'], work: registeredOperations },
  { name: 'generated files', work: generatedFiles },
  { name: 'one graphql', work: oneGraphql },
  { name: 'lock file', work: lockFile },
  { name: 'README', work: readme },
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(`There is no step "${unknown.join('", "')}". The steps: ${steps.map((step) => step.name).join(', ')}`);
  process.exit(2);
}
const chosen = wanted.length === 0 ? steps : steps.filter((step) => wanted.includes(step.name));
const failed = await runSteps(chosen.map((step) => (wanted.length === 0 ? step : { ...step, needs: [] })));
if (failed.length > 0) console.log(`\nFailed: ${failed.join(', ')}`);
process.exit(failed.length > 0 ? 1 : 0);

async function generatedFiles() {
  const stale = existsSync(apiSchemaFile) && readFileSync(apiSchemaFile, 'utf8') === apiSchema() ? [] : [apiSchemaFile];
  await run('graphql-codegen', '--check', '--silent');
  if (stale.length > 0) throw new Error(`${path.relative(root, stale[0])} is out of date: run \`npm run generate\`.`);
}

/** A schema change must not break what partners have registered (docs/persisted-operations.md). */
async function registeredOperations() {
  if (!process.env.DATABASE_URL_GATEWAY) return;
  await run('node', 'gateway/dist/persistedOperationsCommand.js', 'check');
}

/** With two copies `instanceof GraphQLError` is false across them, and every error code turns into an internal error. */
function oneGraphql() {
  const { packages } = JSON.parse(read('package-lock.json'));
  const locked = Object.keys(packages).filter((key) => key.endsWith('node_modules/graphql'));
  if (locked.length !== 1) throw new Error(`package-lock.json has graphql at: ${locked.join(', ')}`);
  const installed = JSON.parse(read('node_modules/graphql/package.json')).version;
  const expected = packages[locked[0]].version;
  if (installed !== expected)
    throw new Error(`graphql ${installed} is installed, ${expected} is locked: run \`npm ci\`.`);
}

/** An address in the lock file is the address of the registry of whoever wrote it, and fails for everybody else. */
function lockFile() {
  const addresses = read('package-lock.json').match(/"resolved": "https?:[^"]*"/g) ?? [];
  if (addresses.length > 0) throw new Error(`package-lock.json has ${addresses.length} addresses: ${addresses[0]}`);
  const missing = Object.keys(missingPlatformPackages(JSON.parse(read('package-lock.json')).packages));
  if (missing.length > 0)
    throw new Error(
      `npm ci would refuse package-lock.json: ${missing[0]} is not in it. Run node scripts/completeLock.mjs`,
    );
}

function readme() {
  const lines = read('README.md').trimEnd().split('\n').length;
  if (lines > 120) throw new Error(`README.md has ${lines} lines; what is past 120 belongs in docs/.`);
}
