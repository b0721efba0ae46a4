import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataDir } from '@supergraph/platform';

/** What a process and its children have used so far. */
export type Usage = Readonly<{ cpuSeconds: number; residentMiB: number }>;

/** Kernel ticks a second; Linux has had 100 on every machine that Node runs on. */
const ticksPerSecond = 100;
const runDir = join(dataDir, 'run');

/**
 * The processes of a running `npm start`, by name, with their usage (Linux: proc(5)). Memory is the proportional set
 * size: what PostgreSQL's backends share is counted once.
 */
export function platformUsage(): ReadonlyMap<string, Usage> {
  const children = childrenByParent();
  const usage = new Map<string, Usage>();
  for (const file of readdirSync(runDir)
    .filter((name) => name.endsWith('.pid'))
    .toSorted()) {
    const pid = Number(readFileSync(join(runDir, file), 'utf8').split(' ')[0]);
    usage.set(file.replace(/\.pid$/, ''), sumOf(pid, children));
  }
  return usage;
}

/** One process with its children. */
export const treeUsage = (pid: number): Usage => sumOf(pid, childrenByParent());

const sumOf = (pid: number, children: ReadonlyMap<number, readonly number[]>): Usage => {
  const parts = [...family(pid, children)].map(usageOf);
  return {
    cpuSeconds: parts.reduce((sum, part) => sum + part.cpuSeconds, 0),
    residentMiB: parts.reduce((sum, part) => sum + part.residentMiB, 0),
  };
};

const statOf = (pid: number): readonly string[] =>
  readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];

const childrenByParent = (): ReadonlyMap<number, readonly number[]> => {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const parent = Number(statOf(Number(name))[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch {
      // It ended while we looked.
    }
  }
  return children;
};

function* family(pid: number, children: ReadonlyMap<number, readonly number[]>): Generator<number> {
  yield pid;
  for (const child of children.get(pid) ?? []) yield* family(child, children);
}

const usageOf = (pid: number): Usage => {
  try {
    const fields = statOf(pid);
    const proportional = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
    return {
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
      residentMiB: Number(proportional?.[1] ?? 0) / 1_024,
    };
  } catch {
    return { cpuSeconds: 0, residentMiB: 0 };
  }
};
