import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';

const root = path.resolve(import.meta.dirname, '../..');
const modules = path.join(root, 'node_modules');
const planted: string[] = [];

afterEach(() => planted.splice(0).forEach((dir) => rmSync(dir, { recursive: true })));

/** A tree of files outside the repository, for a tool to find a mistake in. */
function plant(files: Record<string, string>): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'planted-'));
  planted.push(dir);
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(dir, file)), { recursive: true });
    writeFileSync(path.join(dir, file), content);
  }
  return dir;
}

function run(args: readonly string[], cwd = root): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd, encoding: 'utf8' }, (error, stdout, stderr) => {
      resolve({ code: error ? 1 : 0, output: stdout + stderr });
    });
  });
}

describe('the linter', () => {
  const snippets = {
    'no-floating-promises': 'const later = async () => 1; export const f = () => { later(); };',
    'no-misused-promises':
      'export const f = (list: number[]) => list.forEach(async (n) => { await Promise.resolve(n); });',
    'await-thenable': 'export const f = async () => { await 1; };',
    'no-explicit-any': 'export const f = (x: any) => x;',
    'ban-ts-comment': '// @ts-ignore\nexport const x: string = 1;',
    'consistent-type-imports': "import { Socket } from 'node:net'; export type S = Socket;",
    'switch-exhaustiveness-check':
      "export const f = (s: 'PLACED' | 'PAID') => { switch (s) { case 'PLACED': return 1; } return 2; };",
    eqeqeq: "export const f = (x: string) => x == '';",
    'no-unused-vars': 'const left = 1; export {};',
    'no-console': "console.log('here');",
    'no-restricted-imports': "import { env } from 'node:process'; export const url = env.URL;",
    'no-restricted-properties': 'export const url = process.env.URL;',
  };
  const tsconfig = { compilerOptions: { module: 'nodenext', target: 'es2023', strict: true, types: ['node'] } };

  async function lint(files: Record<string, string>): Promise<{ code: number; found: Record<string, string[]> }> {
    const dir = plant({ 'tsconfig.json': JSON.stringify(tsconfig), ...files });
    symlinkSync(modules, path.join(dir, 'node_modules'));
    const bin = path.join(modules, 'oxlint/bin/oxlint');
    const { code, output } = await run(
      [bin, '-c', path.join(root, '.oxlintrc.json'), '--type-aware', '-f', 'unix', 'src'],
      dir,
    );
    const found: Record<string, string[]> = {};
    for (const [, file, rule] of output.matchAll(/^(.+?):\d+:\d+: .*\[Error\/\w+\((.+)\)\]$/gm)) {
      if (file && rule) (found[file] ??= []).push(rule);
    }
    return { code, found };
  }

  test('refuses each mistake it is there for', async () => {
    const files = Object.entries(snippets).map(([rule, code]) => [`src/${rule}.ts`, `${code}\n`]);
    const { code, found } = await lint(Object.fromEntries(files));
    expect(code).toBe(1);
    expect(found).toEqual(Object.fromEntries(Object.keys(snippets).map((rule) => [`src/${rule}.ts`, [rule]])));
  });

  test('knows every way to the environment, and leaves config.ts alone', async () => {
    const { found } = await lint({
      'src/member.ts': "export const url = process['env'].URL;\n",
      'src/taken.ts': 'const { env } = process; export const url = env.URL;\n',
      'src/global.ts': 'export const url = globalThis.process.env.URL;\n',
      'src/config.ts': 'export const url = process.env.URL;\n',
    });
    expect(found).toEqual({
      'src/member.ts': ['no-restricted-properties'],
      'src/taken.ts': ['no-restricted-properties'],
      'src/global.ts': ['no-restricted-properties'],
    });
  });
});

describe('the boundaries', () => {
  const workspaces = {
    'packages/errors': 'errors',
    'packages/events': 'events',
    'packages/eventsourcing': 'eventsourcing',
    'packages/postgres': 'postgres',
    'packages/testing': 'testing',
    'subgraphs/orders': 'orders',
    'subgraphs/payments': 'payments',
    gateway: 'gateway',
  };

  const libraries = ['pg', 'kafkajs', 'graphql'];
  const manifestOf = (folders: string[]) => JSON.stringify({ workspaces: folders });

  /** A small repository of the same layout, sound but for the files given. */
  function repository(files: Record<string, string>): string {
    const sound: Record<string, string> = {
      'subgraphs/orders/src/orders.ts': "import { code } from '@supergraph/errors';\nexport const orders = code;\n",
      'subgraphs/orders/src/domain/order.ts':
        "import { code } from '@supergraph/errors';\nimport type { event } from '@supergraph/events';\nexport type Order = typeof event;\nexport { code };\n",
    };
    const siblings = Object.values(workspaces).map((name) => `@supergraph/${name}`);
    for (const [folder, name] of Object.entries(workspaces)) {
      const manifest = {
        name: `@supergraph/${name}`,
        exports: { '.': { '@supergraph/source': './src/index.ts', default: './dist/index.js' } },
        dependencies: Object.fromEntries([...libraries, ...siblings].map((dependency) => [dependency, '*'])),
      };
      sound[`${folder}/package.json`] = JSON.stringify(manifest);
      sound[`${folder}/src/index.ts`] =
        `export const ${name === 'errors' ? 'code' : name === 'events' ? 'event' : name} = 1;\n`;
    }
    const dir = plant({ 'package.json': manifestOf(['packages/*', 'subgraphs/*', 'gateway']), ...sound, ...files });
    mkdirSync(path.join(dir, 'node_modules/@supergraph'), { recursive: true });
    for (const [folder, name] of Object.entries(workspaces)) {
      symlinkSync(path.join(dir, folder), path.join(dir, 'node_modules/@supergraph', name));
    }
    for (const library of libraries) {
      symlinkSync(path.join(modules, library), path.join(dir, 'node_modules', library));
    }
    return dir;
  }

  const check = (dir: string) => run([path.join(root, 'scripts/boundaries.mjs'), dir]);

  test('let a sound repository pass', async () => {
    expect(await check(repository({}))).toMatchObject({
      code: 0,
      output: expect.stringContaining('no boundary crossed'),
    });
  });

  const violations: [rule: string, file: string, content: string][] = [
    ['subgraphs-are-islands', 'subgraphs/orders/src/path.ts', "import { p } from '../../payments/src/index.ts'; p;"],
    ['subgraphs-are-islands', 'subgraphs/orders/src/name.ts', "import { p } from '@supergraph/payments'; p;"],
    [
      'subgraphs-are-islands',
      'subgraphs/orders/src/type.ts',
      "import type { P } from '@supergraph/payments'; export type Q = P;",
    ],
    [
      'subgraphs-are-islands',
      'subgraphs/orders/src/dynamic.ts',
      "export const p = () => import('@supergraph/payments');",
    ],
    ['subgraphs-are-islands', 'subgraphs/orders/src/reexport.ts', "export * from '@supergraph/payments';"],
    ['packages-know-no-service', 'packages/events/src/service.ts', "export * from '@supergraph/orders';"],
    ['gateway-knows-no-subgraph', 'gateway/src/orders.ts', "export * from '@supergraph/orders';"],
    ['subgraphs-know-no-gateway', 'subgraphs/orders/src/edge.ts', "export * from '@supergraph/gateway';"],
    ['layer-errors-money', 'packages/errors/src/up.ts', "export * from '@supergraph/events';"],
    ['layer-postgres', 'packages/postgres/src/up.ts', "export * from '@supergraph/eventsourcing';"],
    ['front-door', 'packages/eventsourcing/src/window.ts', "export * from '../../events/src/inner.ts';"],
    ['testing-is-for-tests', 'subgraphs/orders/src/fake.ts', "export * from '@supergraph/testing';"],
    ['domain-is-pure', 'subgraphs/orders/src/domain/clock.ts', "export { performance } from 'node:perf_hooks';"],
    ['domain-is-pure', 'subgraphs/orders/src/domain/table.ts', "export * from 'pg';"],
    ['domain-is-pure', 'subgraphs/orders/src/domain/back.ts', "export * from '../orders.ts';"],
    ['projections-know-no-graph', 'subgraphs/orders/src/projections/list.ts', "export * from 'graphql';"],
    ['only-messaging-uses-kafkajs', 'subgraphs/orders/src/kafka.ts', "export * from 'kafkajs';"],
    ['only-postgres-uses-pg', 'subgraphs/orders/src/sql.ts', "export * from 'pg';"],
    ['no-cycles', 'subgraphs/orders/src/one.ts', "export * from './two.ts';"],
    ['no-build-output', 'subgraphs/orders/src/built.ts', "export * from '../../../packages/errors/dist/index.js';"],
    ['resolvable-and-declared', 'subgraphs/orders/src/gone.ts', "export * from './nowhere.ts';"],
    ['resolvable-and-declared', 'subgraphs/orders/src/undeclared.ts', "export * from '@supergraph/nothing';"],
  ];

  test('stop each violation, by path, by name, by type and at run time', async () => {
    const dir = repository({
      ...Object.fromEntries(violations.map(([, file, content]) => [file, `${content}\n`])),
      'packages/events/src/inner.ts': 'export const inner = 1;\n',
      'packages/errors/dist/index.js': 'export const code = 1;\n',
      'subgraphs/orders/src/two.ts': "export * from './one.ts';\n",
    });
    const { code, output } = await check(dir);
    expect(code).toBe(1);
    const reported = [...output.matchAll(/error ([\w-]+): (\S+) →/g)].map(([, rule, file]) => `${rule} ${file}`);
    expect(reported).toEqual(expect.arrayContaining(violations.map(([rule, file]) => `${rule} ${file}`)));
  });

  test('want a workspace declared before it is imported', async () => {
    const dir = repository({ 'gateway/package.json': '{"name": "@supergraph/gateway"}' });
    writeFileSync(path.join(dir, 'gateway/src/index.ts'), "export * from '@supergraph/errors';\n");
    expect(await check(dir)).toMatchObject({
      code: 1,
      output: expect.stringContaining('gateway/src/index.ts: @supergraph/errors is not in its package.json'),
    });
  });

  test('are not content with having seen nothing', async () => {
    expect(await check(plant({ 'package.json': manifestOf([]) }))).toMatchObject({
      code: 1,
      output: expect.stringContaining('no TypeScript files'),
    });
    const unbuilt = repository({});
    rmSync(path.join(unbuilt, 'node_modules/@supergraph/errors'));
    expect(await check(unbuilt)).toMatchObject({ code: 1, output: expect.stringContaining('was not followed') });
  });
});
