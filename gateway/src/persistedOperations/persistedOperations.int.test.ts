import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { createLogger } from '@supergraph/service-kit';
import { createTestDatabase, eventually, type TestDatabase } from '@supergraph/testing';
import { createDb } from '@supergraph/postgres';
import type { FakeSubgraph } from '../../test/fakeSubgraph.ts';
import { startLibrary } from '../../test/library.ts';
import { composed } from '../../test/startTestGateway.ts';
import { parseOperationsCommand } from './commandLine.ts';
import { createOperationCheck } from './createOperationCheck.ts';
import type { OperationStore } from './createOperationStore.ts';
import { createRegistry, type Registry } from './createRegistry.ts';
import { openOperationStore } from './openOperationStore.ts';
import { runOperationsCommand } from './runOperationsCommand.ts';

const log = createLogger({ service: 'test', level: 'silent' });
let library: Record<string, FakeSubgraph>;
let supergraphs: Record<string, string>;
let database: TestDatabase;
let store: OperationStore;
let close: () => Promise<void>;
const registries: Registry[] = [];

beforeAll(async () => {
  library = await startLibrary();
  const { catalog, ...others } = library;
  if (catalog === undefined) throw new Error('The library has no catalog.');
  const { url, sdl } = catalog;
  supergraphs = {
    today: composed(library),
    'without genres': composed({
      ...others,
      catalog: {
        url,
        sdl: sdl.replace('genres: [Genre]', '').replace('enum Genre { NOVEL  SECRET @inaccessible }', ''),
      },
    }),
  };
  database = await createTestDatabase('operations');
  ({ store, close } = await openOperationStore({ url: database.url, log }));
});
afterEach(async () => {
  for (const registry of registries.splice(0)) await registry.close();
});
afterAll(async () => {
  await close();
  await database.drop();
  for (const subgraph of Object.values(library)) await subgraph.close();
});

const operation = (name: string, selection: string) => ({
  id: `id-${name}`,
  name,
  type: 'query',
  body: `query ${name} { ${selection} }`,
});
const manifest = (...operations: readonly object[]): string =>
  JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations });

/** Runs the command line; its last argument may be the text of a manifest. */
const command = (line: string, text = '', supergraph = 'today') => {
  const parsed = parseOperationsCommand(line.split(' '));
  if ('print' in parsed) throw new Error(parsed.print);
  return runOperationsCommand(parsed.run, {
    store,
    loadCheck: (file) =>
      createOperationCheck(supergraphs[file ?? supergraph] ?? '', { listSize: 10, planningSeconds: 60 }, log),
    readFile: () => text,
  });
};
const names = async (clientId: string): Promise<string[]> => (await store.list(clientId)).map(({ name }) => name);

/** A gateway's view of what is registered. */
const follow = async (): Promise<Registry> => {
  const registry = await createRegistry({ store, log, pollMs: 50 });
  registries.push(registry);
  return registry;
};

test('what is published is there at once for the command line, and soon for every gateway', async () => {
  const [one, two] = [await follow(), await follow()];
  const { ok, text } = await command(
    'publish --client acme manifest.json',
    manifest(operation('Books', 'books { title }'), operation('Genres', 'genres')),
  );
  expect({ ok, text }).toEqual({
    ok: true,
    text: 'Published for acme: 2 new, 0 changed, 0 as before, 0 more registered.',
  });
  expect(await names('acme')).toEqual(['Books', 'Genres']);
  expect((await store.list('acme')).map(({ cost }) => cost)).toEqual([10, 0]);
  for (const registry of [one, two]) {
    await eventually(() => expect(registry.find('acme', 'id-Books')?.body).toBe('query Books { books { title } }'));
    expect(registry.find('other', 'id-Books')).toBeUndefined();
  }
});

test('publishing adds and replaces, and takes nothing away; diff says beforehand what will happen', async () => {
  const next = manifest(operation('Books', 'books { id title }'), operation('Films', 'media { title }'));
  expect((await command('diff --client acme manifest.json', next)).text).toBe(
    [
      'Publishing for acme: 1 new, 1 changed, 0 as before, 1 more registered.',
      '+ Films id-Films',
      '~ Books id-Books',
      '  Genres id-Genres (not in the manifest; stays registered)',
    ].join('\n'),
  );
  expect(await names('acme')).toEqual(['Books', 'Genres']);
  const registry = await follow();
  await command('publish --client acme manifest.json', next);
  expect(await names('acme')).toEqual(['Books', 'Films', 'Genres']);
  await eventually(() => expect(registry.find('acme', 'id-Books')?.body).toContain('id title'));
});

test('one operation that does not fit keeps the whole manifest out, and every reason is told', async () => {
  const { ok, text } = await command(
    'publish --client acme manifest.json',
    manifest(
      operation('Good', 'books { title }'),
      operation('Bad', 'books { colour }'),
      { ...operation('Named', 'books { title }'), name: 'Otherwise' },
      { ...operation('Typed', 'books { title }'), type: 'mutation' },
      { ...operation('Two', 'books { title }'), body: 'query A { books { id } } query B { books { id } }' },
      { ...operation('Broken', ''), body: 'query Broken {' },
    ),
  );
  expect(ok).toBe(false);
  expect(text.split('\n').slice(1)).toEqual([
    '  Bad (id-Bad) Cannot query field "colour" on type "Book". (line 1, column 21)',
    '  Otherwise (id-Named) is called Named in its body',
    '  Typed (id-Typed) is a query, not a mutation',
    '  Two (id-Two) has 2 operations; an entry is one, with its fragments',
    '  Broken (id-Broken) Syntax Error: Expected Name, found <EOF>. (line 1, column 15)',
  ]);
  expect(await names('acme')).not.toContain('Good');
});

test('a schema change that breaks an operation is refused with the name of who would notice; force is written down', async () => {
  expect(await command('check')).toMatchObject({ ok: true });
  const { ok, text } = await command('check', '', 'without genres');
  expect(ok).toBe(false);
  expect(text).toContain('acme: Genres (id-Genres) Cannot query field "genres"');
  expect(await command('check --force', '', 'without genres')).toMatchObject({ ok: true });
  // Who has accepted it is not asked again.
  expect(await command('check', '', 'without genres')).toMatchObject({ ok: true });

  const forced = await command('publish --client acme --force x', manifest(operation('Odd', 'odd')));
  expect(forced).toMatchObject({
    ok: true,
    text: expect.stringContaining('Forced, and written down:\n  Odd (id-Odd)'),
  });
  const db = createDb({ url: database.url, applicationName: 'test', max: 1, log });
  const rows = await db.query(
    'SELECT action, client_id, problems FROM persisted_operations_log WHERE forced ORDER BY 1',
  );
  await db.close();
  expect(rows).toEqual([
    { action: 'check', client_id: null, problems: [expect.stringMatching(/^acme: Genres/)] },
    { action: 'publish', client_id: 'acme', problems: [expect.stringMatching(/^Odd \(id-Odd\)/)] },
  ]);
  await command('revoke --client acme --id id-Odd');
});

test('what is revoked is gone in every gateway, by its id and by its hash, and can be published again', async () => {
  const registry = await follow();
  const hash = registry.find('acme', 'id-Films')?.sha256 ?? '';
  expect(await command('revoke --client acme --id id-Films --id unknown')).toEqual({
    ok: false,
    text: 'Revoked for acme: id-Films. These are not registered:\n  unknown',
  });
  await eventually(() => expect(registry.find('acme', 'id-Films')).toBeUndefined());
  expect(registry.find('acme', hash)).toBeUndefined();
  await command('publish --client acme x', manifest(operation('Films', 'media { title }')));
  await eventually(() => expect(registry.find('acme', hash)).toBeDefined());
  await command('revoke --client acme --all');
  await eventually(() => expect(registry.all()).toEqual([]));
});

test('publications at the same time are all seen, whatever the order in which they commit', async () => {
  const registry = await follow();
  await Promise.all(
    Array.from({ length: 20 }, (_, nth) =>
      command(`publish --client c${nth} x`, manifest(operation('Books', 'books { title }'))),
    ),
  );
  await eventually(() => expect(registry.all()).toHaveLength(20));
});
