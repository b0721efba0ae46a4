import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { commandLineOf, isAlive } from './processes.ts';

export type RunLock = Readonly<{
  /** Remembers a process that was started, so that the next start can end it should it ever be left over. */
  remember(name: string, pid: number): void;
  release(): void;
}>;

/** The words in the command line of every process that `npm start` starts, and of `npm start` itself. */
export type Ours = readonly string[];

/**
 * One `npm start` for each checkout: two would write to the same data. Throws an Error when another one runs; what a
 * killed one left behind is ended first.
 */
export const acquireRunLock = async (runDir: string, ours: Ours): Promise<RunLock> => {
  mkdirSync(runDir, { recursive: true });
  const lockFile = join(runDir, 'start.lock');
  const isOurs = (pid: number): boolean => {
    if (!isAlive(pid) || pid === process.pid) return false;
    const commandLine = commandLineOf(pid);
    return commandLine === '' ? process.platform !== 'linux' : ours.some((word) => commandLine.includes(word));
  };
  for (let attempt = 0; ; attempt += 1) {
    try {
      writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST') || attempt > 0) throw error;
      const owner = Number(readFileSync(lockFile, 'utf8'));
      if (isOurs(owner)) {
        throw new Error(
          `This checkout is running already (process ${owner}). Stop it with Ctrl-C in its terminal, or: kill ${owner}`,
          { cause: error },
        );
      }
      rmSync(lockFile, { force: true });
    }
  }
  await endLeftovers(runDir, isOurs);
  return {
    remember: (name, pid) => writeFileSync(join(runDir, `${name}.pid`), String(pid)),
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
const endLeftovers = async (runDir: string, isOurs: (pid: number) => boolean): Promise<void> => {
  for (const file of pidFiles(runDir)) {
    const pid = Number(readFileSync(file, 'utf8'));
    for (let tenths = 0; isOurs(pid) && tenths < 120; tenths += 1) await sleep(100);
    if (isOurs(pid)) process.kill(pid, 'SIGKILL');
    while (isOurs(pid)) await sleep(50);
    rmSync(file, { force: true });
  }
};
