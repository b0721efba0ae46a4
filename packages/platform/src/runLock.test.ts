import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { identityOf } from './processes.ts';
import { acquireRunLock } from './runLock.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'run-lock-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

test('a second start in the same checkout is told which process runs', async () => {
  const lock = await acquireRunLock(dir);
  await expect(acquireRunLock(dir)).rejects.toThrow(`running already (process ${process.pid})`);
  lock.release();
  (await acquireRunLock(dir)).release();
  expect(readdirSync(dir)).toEqual([]);
});

test('the lock of a process that is gone is taken over', async () => {
  const gone = spawn('true');
  const identity = identityOf(gone.pid ?? 0);
  await once(gone, 'exit');
  writeFileSync(join(dir, 'start.lock'), identity);
  (await acquireRunLock(dir)).release();
});

test('another process with the id of the one that is gone keeps nobody out, and is left alone', async () => {
  const bystander = spawn('sleep', ['60']);
  const [pid] = identityOf(bystander.pid ?? 0).split(' ');
  writeFileSync(join(dir, 'start.lock'), `${pid} 1`);
  writeFileSync(join(dir, 'kafka.pid'), `${pid} 1`);
  (await acquireRunLock(dir)).release();
  expect(bystander.exitCode).toBeNull();
  expect(bystander.signalCode).toBeNull();
  bystander.kill();
});
