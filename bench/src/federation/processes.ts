import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { gatewayEnvironment } from './config.ts';

/** A program that was started; `log` is what it has said on standard error lately. */
export type Running = Readonly<{ pid: number; ended: () => boolean; log: () => string; stop: () => Promise<void> }>;

/** Cores for the gateway and for everything else; null where they cannot be chosen. */
export type Cores = Readonly<{ gateway: string; rest: string }> | null;

/**
 * Keeps this process, and so every child that is not told otherwise, off the first core that it may use. That one is
 * for the gateway under test.
 */
export function divideCores(): Cores {
  if (process.platform !== 'linux' || spawnSync('taskset', ['--version']).status !== 0) return null;
  const allowed = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
  const [first, ...others] = allowed.split(',').flatMap((part) => {
    const [from = 0, to = from] = part.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, nth) => from + nth);
  });
  if (first === undefined || others.length === 0) return null;
  const cores = { gateway: String(first), rest: others.join(',') };
  // -a: all its threads, those of V8 and libuv too.
  const moved = spawnSync('taskset', ['-a', '-p', '-c', cores.rest, String(process.pid)]);
  return moved.status === 0 ? cores : null;
}

/** Starts node with arguments, on a core of its own when one is given. */
export function start(
  args: readonly string[],
  core: string | null,
  env: Readonly<Record<string, string>> = {},
): Running {
  const command = core === null ? [process.execPath] : ['taskset', '-c', core, process.execPath];
  const [program = '', ...rest] = [...command, ...args];
  const child = spawn(program, rest, { env: { ...gatewayEnvironment, ...env }, stdio: ['pipe', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text: Buffer) => {
    said = (said + text.toString()).slice(-4_000);
  });
  if (child.pid === undefined) throw new Error(`${program} could not be started.`);
  const ended = (): boolean => child.exitCode !== null || child.signalCode !== null;
  return { pid: child.pid, ended, log: () => said, stop: () => end(child) };
}

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await gone;
  clearTimeout(late);
};

/** Asks until a program answers as wanted. */
export async function untilReady(running: Running, ready: () => Promise<boolean>, seconds = 60): Promise<void> {
  const deadline = Date.now() + seconds * 1_000;
  while (!(await ready().catch(() => false))) {
    if (running.ended()) throw new Error(`It ended. ${running.log()}`);
    if (Date.now() > deadline) throw new Error(`It did not get ready within ${seconds} s. ${running.log()}`);
    await pause(50);
  }
}

/** Ports that nothing listens on now. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('A server has no port.');
    return address.port;
  });
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
