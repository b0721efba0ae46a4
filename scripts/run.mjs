/**
 * Every npm script of the root comes through here, on plain Node with nothing installed: checks the version of Node,
 * installs the dependencies when they are missing or out of date, builds what the command needs, and runs it.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const leastNode = [20, 19];

const services = [
  'subgraphs/users',
  'subgraphs/products',
  'subgraphs/orders',
  'subgraphs/payments',
  'identity',
  'gateway',
];
const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];

/**
 * What each command runs: a `program` in this process (so that signals reach it directly), or `node` with arguments.
 * `build`: the projects whose `dist/` it needs. `flags`: for node; the program then has a process of its own.
 */
const commands = {
  start: { program: 'packages/platform/dist/startCommand.js', build: ['packages/platform', ...services] },
  dev: { program: 'packages/platform/dist/devCommand.js', build: ['packages/platform', ...services] },
  demo: { program: 'packages/platform/dist/demoCommand.js', build: ['packages/platform'] },
  'dead-letters': { program: 'packages/platform/dist/deadLettersCommand.js', build: ['packages/platform'] },
  gateway: { program: 'gateway/dist/main.js', build: ['gateway'], flags: ['--max-semi-space-size=64'] },
  'persisted-operations': {
    program: 'packages/platform/dist/persistedOperationsCommand.js',
    build: ['packages/platform', 'gateway'],
  },
  purge: { program: 'packages/platform/dist/purgeCommand.js', build: ['packages/platform', 'gateway'] },
  test: { node: jest },
  'test:chaos': {
    node: [...jest, 'tests/src/chaos', '--globals', '{"chaosClients":200,"chaosOrders":300,"chaosRounds":20}'],
  },
  check: { program: 'scripts/check.mjs' },
  generate: { program: 'scripts/generate.mjs' },
  fix: { program: 'scripts/fix.mjs' },
  differential: { program: 'scripts/differential.mjs' },
  identity: { program: 'packages/platform/dist/identityCommand.js', build: ['packages/platform', 'identity'] },
  'bench:tokens': { program: 'bench/dist/tokenVerification.js', build: ['bench'] },
  'bench:cache': { program: 'bench/dist/cache/benchmark.js', build: ['bench', 'gateway'] },
  'bench:storefront': { program: 'bench/dist/storefront.js', build: ['bench'] },
  'bench:rate-limit': { program: 'bench/dist/rateLimit/benchmark.js', build: ['bench', 'gateway'] },
  'bench:fan-out': { program: 'bench/dist/fanOut/benchmark.js', build: ['bench', 'gateway'] },
  'bench:memory': { program: 'bench/dist/memory.js', build: ['bench', 'gateway'] },
  'bench:federation': { program: 'bench/dist/federation/benchmark.js', build: ['bench', 'gateway'] },
};

const fail = (text) => {
  console.error(text);
  process.exit(1);
};

const requireNode = () => {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1])) return;
  fail(
    `Node ${leastNode.join('.')} or later is needed; this is ${process.versions.node}. See https://nodejs.org/en/download`,
  );
};

/** The first package that is not installed in the version of package-lock.json, if any. Time stamps say nothing after a clone. */
const firstDifference = () => {
  const installedFile = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installedFile)) return 'node_modules is missing';
  const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
  const installed = packagesOf(installedFile);
  for (const [path, { version, link, optional, devOptional }] of Object.entries(
    packagesOf(join(root, 'package-lock.json')),
  )) {
    // What is optional depends on the machine.
    if (!path.includes('node_modules/') || optional || devOptional) continue;
    if (installed[path] === undefined) return `${path} is missing`;
    if (!link && installed[path].version !== version) return `${path} is ${installed[path].version}, not ${version}`;
  }
  return undefined;
};

const installDependencies = () => {
  const difference = firstDifference();
  if (difference === undefined) return;
  console.error(`Installing dependencies with npm ci (${difference})`);
  const { status } = spawnSync('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) fail('npm ci failed.');
};

const build = (projects) => {
  if (projects.some((project) => !existsSync(join(root, project, 'dist'))))
    console.error('Building (the first time takes a little longer)');
  const { status } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b', ...projects], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) fail('The build failed.');
};

const run = (args, cwd = root) => {
  const child = spawn(process.execPath, args, { cwd, stdio: 'inherit' });
  // The terminal sends Ctrl-C to the child too; it ends, and we with it.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
};

const [name, ...args] = process.argv.slice(2);
const command = Object.hasOwn(commands, name ?? '')
  ? commands[name]
  : fail(`Usage: npm run <${Object.keys(commands).join('|')}>`);
requireNode();
// What is set already is stronger than the file. Tests and checks must not depend on one.
if (command.program?.includes('dist/') && existsSync(join(root, '.env'))) process.loadEnvFile(join(root, '.env'));
installDependencies();
if (command.build) build(command.build);
if (command.node) run([...command.node, ...args]);
else if (command.flags) run([...command.flags, join(root, command.program), ...args], process.env.INIT_CWD ?? root);
else {
  const program = join(root, command.program);
  // npm changes to the root; file names on the command line are relative to where the person is.
  if (process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
  process.argv = [process.execPath, program, ...args];
  await import(pathToFileURL(program).href);
}
