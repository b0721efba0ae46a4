import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { errorCode, identityOf, runningPid } from './processes.ts';

export type RunLock = Readonly<{
  /** Remembers a process that was started, so that the next start can end it should it ever be left over. */
  remember(name: string, pid: number): void;
  release(): void;
}>;

/**
 * One `npm start` for each checkout: two would write to the same data. Throws an Error when another one runs; what a
 * killed one left behind is ended first.
 */
export const acquireRunLock = async (runDir: string): Promise<RunLock> => {
  mkdirSync(runDir, { recursive: true });
  const lockFile = join(runDir, 'start.lock');
  for (let attempt = 0; ; attempt += 1) {
    try {
      writeFileSync(lockFile, identityOf(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST' || attempt > 0) throw error;
      const owner = runningPid(readFileSync(lockFile, 'utf8'));
      if (owner !== undefined) {
        throw new Error(
          `This checkout is running already (process ${owner}). Stop it with Ctrl-C in its terminal, or: kill ${owner}`,
          { cause: error },
        );
      }
      rmSync(lockFile, { force: true });
    }
  }
  await endLeftovers(runDir);
  return {
    remember: (name, pid) => writeFileSync(join(runDir, `${name}.pid`), identityOf(pid)),
    release: () => {
      for (const file of pidFiles(runDir)) rmSync(file, { force: true });
      rmSync(lockFile, { force: true });
    },
  };
};

const pidFiles = (runDir: string): readonly string[] =>
  readdirSync(runDir)
    .filter((name) => name.endsWith('.pid'))
    .map((name) => join(runDir, name));

/** After a `kill -9` of `npm start` its children end by themselves within seconds; this waits, and then insists. */
const endLeftovers = async (runDir: string): Promise<void> => {
  for (const file of pidFiles(runDir)) {
    const identity = readFileSync(file, 'utf8');
    for (let tenths = 0; runningPid(identity) !== undefined && tenths < 120; tenths += 1) await sleep(100);
    const pid = runningPid(identity);
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
    while (runningPid(identity) !== undefined) await sleep(50);
    rmSync(file, { force: true });
  }
};
