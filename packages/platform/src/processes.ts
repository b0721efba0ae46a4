import { readFileSync } from 'node:fs';

/** Whether a process with this id runs (somebody else's counts). */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
};

/**
 * A process and when it began, in one word: process ids are used again, so an id alone does not say who it is. Where the
 * system does not tell (other than Linux), the id has to do.
 */
export const identityOf = (pid: number): string => {
  try {
    // proc(5): field 22 is the start time; the name in field 2 may hold spaces, but it ends with the last bracket.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ');
    return `${pid} ${fields?.[19] ?? ''}`;
  } catch {
    return `${pid} `;
  }
};

/** The id in an identity, if that very process still runs. */
export const runningPid = (identity: string): number | undefined => {
  const pid = Number(identity.split(' ')[0]);
  return Number.isInteger(pid) && pid > 0 && isAlive(pid) && identityOf(pid) === identity ? pid : undefined;
};

/** The code of a system error, as `EEXIST`. */
export const errorCode = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
