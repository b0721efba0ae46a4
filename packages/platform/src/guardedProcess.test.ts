import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startGuarded } from './guardedProcess.ts';
import { isAlive } from './processes.ts';
import { waitUntil } from './waitUntil.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'guarded-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const gone = (pid: number): Promise<void> =>
  waitUntil(
    async () => {
      if (isAlive(pid)) throw new Error('It still runs.');
    },
    { what: `process ${pid} to end`, timeoutMs: 30_000 },
  );

const options = (args: readonly string[]) => ({ name: 'Sample', command: 'sh', args, logFile: join(dir, 'log') });

describe('a guarded process', () => {
  test('ends with the one that started it, even after kill -9', async () => {
    // A program of its own, so that it can be killed: it starts `sleep` and says which process that is.
    const program = join(dir, 'parent.mjs');
    writeFileSync(
      program,
      `import { startGuarded } from ${JSON.stringify(new URL('./guardedProcess.ts', import.meta.url).href)};
       const { pid } = await startGuarded({ name: 'x', command: 'sleep', args: ['600'], logFile: ${JSON.stringify(join(dir, 'log'))}, env: { PATH: '/usr/bin:/bin' } });
       console.log(pid);
       setInterval(() => {}, 1000);`,
    );
    const hooks = fileURLToPath(new URL('../../testing/jest/registerSource.mjs', import.meta.url));
    const parent = spawn(process.execPath, ['--import', hooks, program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await gone(pid);
  });

  test('says why it ended, with its last lines', async () => {
    const child = await startGuarded({
      ...options(['-c', 'echo out of luck; exit 3']),
      env: { PATH: '/usr/bin:/bin' },
    });
    await child.done;
    expect(child.exited()).toBe('Sample ended with code 3.\nout of luck');
  });

  test('is killed when it does not want to stop', async () => {
    const stubborn = 'trap "" TERM; echo ready; while :; do sleep 0.1; done';
    const child = await startGuarded({ ...options(['-c', stubborn]), env: { PATH: '/usr/bin:/bin' } });
    await waitUntil(async () => expect(child.tail()).toBe('ready'), { what: 'the trap', timeoutMs: 30_000 });
    await child.stop('SIGTERM', 100);
    expect(child.exited()).toContain('signal 9');
  });

  test('a program that is not there is an error, not a process', async () => {
    const child = await startGuarded({ ...options([]), command: '/no/such/program', env: { PATH: '/usr/bin:/bin' } });
    await child.done;
    expect(child.exited()).toContain('ended with code 127');
  });
});
