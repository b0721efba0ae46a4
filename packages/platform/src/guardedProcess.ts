import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';

/**
 * A child must not outlive us, not even after `kill -9`. Between us and it stands this shell: it holds the other end of
 * a pipe, and when we are gone, however that came about, the read ends and the shell stops the child (and kills it after
 * ten seconds). It lives in a session of its own, so that Ctrl-C in the terminal reaches us alone and we choose the order.
 */
const guard = `
exec 4<&0
"$@" </dev/null 3>&- 4<&- &
child=$!
echo $child >&3
exec 3>&-
(
  read -r _ <&4
  kill -$STOP_SIGNAL $child
  n=0
  while [ $n -lt 100 ] && kill -0 $child; do sleep 0.1; n=$((n+1)); done
  kill -KILL $child
) >/dev/null 2>&1 &
watcher=$!
exec 4<&-
wait $child
code=$?
kill $watcher 2>/dev/null
exit $code
`;

export type GuardedProcess = Readonly<{
  pid: number;
  /** The signal that ends it in good order. */
  stopSignal: NodeJS.Signals;
  /** Why it ended, once it has ended. */
  exited: () => string | undefined;
  /** Resolves when it has ended, for whatever reason. */
  done: Promise<void>;
  /** Sends the signal, waits for the end, and kills what does not end in time. */
  stop(signal?: NodeJS.Signals, graceMs?: number): Promise<void>;
  /** SIGKILL, and waits for the end. */
  kill(): Promise<void>;
  /** The last lines it wrote. */
  tail(): string;
}>;

const alive = new Set<GuardedProcess>();

/** Ends whatever was started here and still runs: for a start that was interrupted half way. */
export const stopAllGuarded = async (): Promise<void> => {
  await Promise.all([...alive].map((one) => one.stop(one.stopSignal)));
};

export type GuardedOptions = Readonly<{
  name: string;
  command: string;
  args: readonly string[];
  /** Where stdout and stderr go (appended). */
  logFile: string;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Run as this OS user; only root can. */
  user?: Readonly<{ uid: number; gid: number }> | undefined;
  /** What the guard sends when we are gone. */
  stopSignal?: 'TERM' | 'INT';
}>;

/** Starts a program that ends with us. Resolves when it has a pid; whether it is ready is for the caller to find out. */
export const startGuarded = async (options: GuardedOptions): Promise<GuardedProcess> => {
  const log = openSync(options.logFile, 'a', 0o644);
  const shell = spawn('/bin/sh', ['-c', guard, 'sh', options.command, ...options.args], {
    cwd: options.cwd ?? '/',
    env: { ...options.env, STOP_SIGNAL: options.stopSignal ?? 'TERM' },
    stdio: ['pipe', log, log, 'pipe'],
    detached: true,
    ...options.user,
  });
  closeSync(log);
  let reason: string | undefined;
  const done = new Promise<void>((resolve) => {
    shell.once('error', (error) => {
      reason = `${options.name} could not be started: ${error.message}`;
      resolve();
    });
    shell.once('exit', (code, signal) => {
      reason = `${options.name} ended with ${signal ?? describeCode(code ?? 0)}.\n${tailOf(options.logFile)}`;
      resolve();
    });
  });
  // The other end may be gone already; then `done` tells the story.
  shell.stdin?.on('error', () => undefined);

  const pid = Number((await text(shell.stdio[3] as Readable)).trim());
  if (!Number.isInteger(pid) || pid <= 0) {
    await done;
    throw new Error(reason ?? `${options.name} could not be started.`);
  }
  const send = (signal: NodeJS.Signals): void => {
    if (reason !== undefined) return;
    try {
      process.kill(pid, signal);
    } catch {
      // It has just ended.
    }
  };
  const guarded: GuardedProcess = {
    pid,
    stopSignal: `SIG${options.stopSignal ?? 'TERM'}`,
    exited: () => reason,
    done,
    stop: async (signal = 'SIGTERM', graceMs = 10_000) => {
      send(signal);
      const fuse = setTimeout(() => send('SIGKILL'), graceMs);
      await done;
      clearTimeout(fuse);
    },
    kill: async () => {
      send('SIGKILL');
      await done;
    },
    tail: () => tailOf(options.logFile),
  };
  alive.add(guarded);
  void done.then(() => alive.delete(guarded));
  return guarded;
};

const describeCode = (code: number): string => (code > 128 ? `signal ${code - 128}` : `code ${code}`);

const tailOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
  } catch {
    return '';
  }
};
