import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestDatabase, eventually } from '@supergraph/testing';
import { inProcess } from './support/hosts.ts';
import { ownToken, startIdentitySystem, type IdentitySystem } from './support/identity.ts';

/** `npm run identity`, as operators type it, beside services that run. */
let system: IdentitySystem;
let dir: string;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'identity-command-'));
  system = await startIdentitySystem('identity command', inProcess);
});
afterAll(async () => {
  await system.end();
  rmSync(dir, { recursive: true });
});

const root = resolve(import.meta.dirname, '../..');
/** From source, so that no build can be out of date. */
const program = [
  '--import',
  join(root, 'packages/testing/jest/registerSource.mjs'),
  join(root, 'identity/src/command.ts'),
];

const run = async (line: string, over: Readonly<Record<string, string>> = {}) => {
  const { env, keys } = system.environment;
  const child = spawn(process.execPath, [...program, ...line.split(' ')], {
    cwd: dir,
    env: { ...env, IDENTITY_SECRETS: keys.identitySecrets, ...over },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((end) => child.once('exit', end));
  const [output, said, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { output: output.trimEnd(), said: said.trimEnd(), code };
};

const depot = {
  id: 'depot',
  scopes: ['order:read'],
  metadata: {
    client_name: 'Depot',
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: 'client_secret_post',
  },
};
const write = (content: unknown): void =>
  writeFileSync(join(dir, 'depot.json'), typeof content === 'string' ? content : JSON.stringify(content));
const tokenOf = (secret: string, id = 'depot') => ownToken(system.issuer, id, secret);
const codeOf = async (token: string) => JSON.stringify((await system.ask(token)).body.errors ?? null);

test('a program is registered, given another secret, disabled and enabled', async () => {
  write(depot);
  const registered = await run('clients register depot.json');
  expect(registered).toEqual({
    output: expect.stringMatching(/^[\w-]{43}$/),
    said: 'depot is registered. Its secret, shown this once:',
    code: 0,
  });
  const token = await tokenOf(registered.output);
  expect(await run('clients register depot.json')).toEqual({ output: '', said: 'depot is registered.', code: 0 });

  const rotated = await run('clients rotate-secret depot --overlap 0');
  expect(rotated).toMatchObject({ output: expect.stringMatching(/^[\w-]{43}$/), code: 0 });
  await expect(tokenOf(registered.output)).rejects.toThrow('invalid_client');
  await tokenOf(rotated.output);

  expect(await run('clients disable depot')).toEqual({
    output: '',
    said: 'depot is disabled. Gateways were told to refuse its tokens.',
    code: 0,
  });
  await eventually(async () => expect(await codeOf(token)).toContain('TOKEN_REVOKED'));
  await expect(tokenOf(rotated.output)).rejects.toThrow('invalid_client');
  expect(await run('clients disable depot')).toMatchObject({ said: 'depot was disabled already.', code: 0 });
  expect((await run('clients list')).output).toMatch(/^depot +disabled +scopes: order:read .*\(1 in force\)/m);
  expect(await run('clients register depot.json')).toMatchObject({
    said: 'depot is registered, but disabled: clients enable.',
  });

  expect(await run('clients enable depot')).toMatchObject({ code: 0 });
  await tokenOf(rotated.output);
  const told = (await run('audit depot --limit 3')).output.split('\n').map((line) => line.split(/ +/)[1]);
  expect(told).toEqual(['ClientEnabled', 'ClientRegistered', 'ClientDisabled']);
});

test.each([
  ['clients disable nobody', 'There is no client nobody. `clients list` shows those there are.'],
  ['clients enable nobody', 'There is no client nobody. `clients list` shows those there are.'],
  ['clients rotate-secret nobody', 'There is no client nobody. `clients list` shows those there are.'],
  ['clients rotate-secret explorer', 'The client explorer has no secret.'],
  ['clients register nowhere.json', 'nowhere.json cannot be read (ENOENT). Nothing was registered.'],
  ['keys withdraw nonsense', 'No key nonsense is published. `keys list` shows those that are.'],
])('"%s" is refused with what to do', async (line, said) => {
  expect(await run(line)).toEqual({ output: '', said, code: 1 });
});

test.each<[string, unknown, readonly string[]]>([
  ['is no JSON', '{ id: depot }', ['depot.json is not JSON']],
  ['describes nothing', {}, ['  id: ', '  metadata: ']],
  ['has an unknown scope', { ...depot, scopes: ['order:everything'] }, ['  scopes.0: must be a permission of the API']],
  [
    'has a word that nobody knows',
    { ...depot, metadata: { ...depot.metadata, redirect_uri: 'https://depot.example' } },
    ['  metadata: Unrecognized key: "redirect_uri"'],
  ],
  [
    'describes a program that could never sign anybody in',
    { ...depot, metadata: { ...depot.metadata, grant_types: ['authorization_code'] } },
    ['  metadata.redirect_uris: authorization_code needs', '  metadata.response_types: authorization_code needs'],
  ],
  [
    'describes a program that could be anybody',
    { ...depot, metadata: { ...depot.metadata, token_endpoint_auth_method: 'none' } },
    ['  metadata.token_endpoint_auth_method: client_credentials needs one that proves who asks'],
  ],
])('a file that %s registers nothing, and says why', async (_name, content, problems) => {
  const before = await run('clients list');
  write(content);
  const { said, code } = await run('clients register depot.json');
  for (const problem of problems) expect(said).toContain(problem);
  expect(code).toBe(1);
  expect(await run('clients list')).toEqual(before);
});

describe('signing keys', () => {
  const states = async () => (await run('keys list')).output.split('\n').map((line) => line.split('  '));

  test('are listed with what they do, follow one another, and are withdrawn', async () => {
    const [[first = '', does]] = (await states()) as [string[]];
    expect(does).toMatch(/^signs since /);
    const rotated = await run('keys rotate');
    const second = rotated.said.split(' ')[0] ?? '';
    expect(rotated).toEqual({ output: '', said: `${second} is published, and signs in 1800 seconds.`, code: 0 });
    expect(await states()).toEqual([
      [first, expect.stringMatching(/^signs since .*, is published until /)],
      [second, expect.stringMatching(/^will sign from [^,]*$/)],
    ]);
    // Without what was to follow it the first one goes on.
    expect(await run(`keys withdraw ${second}`)).toMatchObject({ code: 0 });
    expect(await states()).toEqual([[first, expect.stringMatching(/^signs since [^,]*$/)]]);
    expect(await run(`keys withdraw ${first}`)).toEqual({
      output: '',
      said: expect.stringMatching(/^\S+ is withdrawn, and \S+ signs\. Gateways were told to refuse its tokens\.$/),
      code: 0,
    });
  });
});

describe('what a command cannot do', () => {
  test('it says when identity is not there to tell gateways, and gateways hear of it later', async () => {
    write({ ...depot, id: 'shed' });
    const secret = (await run('clients register depot.json')).output;
    // One that the gateway knows, so that it needs identity for it no more. The key that was withdrawn may sign a while.
    const token = await eventually(async () => {
      const signed = await tokenOf(secret, 'shed');
      expect(await codeOf(signed)).toContain('OPERATION_NOT_REGISTERED');
      return signed;
    });
    await system.stop('identity');
    const disabled = await run('clients disable shed');
    expect(disabled).toMatchObject({ output: '', code: 1 });
    expect(disabled.said).toContain('shed is disabled, but gateways do not know it: identity does not run');
    expect(await codeOf(token)).toContain('OPERATION_NOT_REGISTERED');
    await system.start('identity');
    await eventually(async () => expect(await codeOf(token)).toContain('TOKEN_REVOKED'));
  });

  test('it says when PostgreSQL does not answer, when there are no tables, and when the environment does not fit', async () => {
    const nowhere = 'postgres://postgres@127.0.0.1:1/identity';
    expect(await run('clients list', { DATABASE_URL_IDENTITY: nowhere })).toEqual({
      output: '',
      said: expect.stringMatching(/^PostgreSQL does not answer \(connect ECONNREFUSED 127\.0\.0\.1:1\)\. Is npm start/),
      code: 1,
    });
    const empty = await createTestDatabase('identity_command_empty');
    expect(await run('keys rotate', { DATABASE_URL_IDENTITY: empty.url })).toEqual({
      output: '',
      said: 'The database has no tables of identity. Start identity once: it makes them.',
      code: 1,
    });
    await empty.drop();
    expect(await run('keys rotate', { IDENTITY_SECRETS: 'nonsense' })).toMatchObject({
      said: expect.stringContaining('IDENTITY_SECRETS: key 1 is not of the form'),
      code: 1,
    });
  });
});
