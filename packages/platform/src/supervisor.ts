import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createServiceLog } from './serviceLog.ts';
import { services, type ServiceName } from './topology.ts';
import { waitUntil } from './waitUntil.ts';

export type SupervisorOptions = Readonly<{
  rootDir: string;
  logDir: string;
  /** The whole environment of a service. */
  envOf: (name: ServiceName) => NodeJS.ProcessEnv;
  portOf: (name: ServiceName) => number;
  show: (line: string) => void;
  onStarted: (name: ServiceName, pid: number) => void;
}>;

export type Supervisor = Readonly<{
  /** Starts a service and resolves when it is ready; throws when it ends before that. */
  start(name: ServiceName): Promise<void>;
  /** SIGTERM to one service, and waits for its end (30 s, then SIGKILL). It is not started again. */
  stop(name: ServiceName): Promise<void>;
  /** Ends it in good order and starts it anew (`npm run dev`). */
  restart(name: ServiceName): Promise<void>;
  /** SIGKILL to all. */
  killAll(): void;
  pids(): Readonly<Partial<Record<ServiceName, number>>>;
}>;

const graceMs = 32_000;
const steadyMs = 30_000;

/** Keeps the services running: one that dies is started again, after 1 s, 2 s, 4 s ... up to 30 s. */
export const createSupervisor = (options: SupervisorOptions): Supervisor => {
  const { rootDir, logDir, show } = options;
  const running = new Map<ServiceName, { child: ChildProcess; log: ReturnType<typeof createServiceLog> }>();
  const stopping = new Set<ServiceName>();
  /** Those that have been ready: one that never was has something wrong that starting it again does not cure. */
  const proven = new Set<ServiceName>();
  const timers = new Map<ServiceName, NodeJS.Timeout>();

  const launch = (name: ServiceName, deaths: number, log = createServiceLog(logDir, name, show)): ChildProcess => {
    const program = join(rootDir, services[name].dir, 'dist/main.js');
    const child = spawn(process.execPath, ['--enable-source-maps', program], {
      cwd: rootDir,
      env: options.envOf(name),
      // The IPC channel ends with us, and the service with it. A session of its own: Ctrl-C is for us to pass on.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    });
    running.set(name, { child, log });
    if (child.stdout) log.follow(child.stdout, 'stdout');
    if (child.stderr) log.follow(child.stderr, 'stderr');
    if (child.pid !== undefined) options.onStarted(name, child.pid);
    const born = Date.now();
    child.once('exit', (code, signal) => {
      if (stopping.has(name) || !proven.has(name)) return;
      const failures = Date.now() - born > steadyMs ? 0 : deaths;
      const seconds = Math.min(30, 2 ** failures);
      show(`[${name}] ended (${signal ?? `code ${code}`}); starting it again in ${seconds} s`);
      timers.set(
        name,
        setTimeout(() => launch(name, failures + 1, log), seconds * 1000),
      );
    });
    return child;
  };

  const start = async (name: ServiceName): Promise<void> => {
    stopping.delete(name);
    proven.delete(name);
    const child = launch(name, 0);
    const hopeless = (): string | undefined => {
      if (child.exitCode === null && child.signalCode === null) return undefined;
      return `${name} could not start; its log is ${join(logDir, `${name}.log`)}`;
    };
    const url = `http://127.0.0.1:${options.portOf(name)}/health/ready`;
    await waitUntil(() => ready(url), { what: `${name} to be ready (${url})`, timeoutMs: 120_000, hopeless });
    proven.add(name);
  };

  const stop = async (name: ServiceName): Promise<void> => {
    stopping.add(name);
    clearTimeout(timers.get(name));
    const entry = running.get(name);
    if (entry === undefined) return;
    const { child, log } = entry;
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      const fuse = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await gone;
      clearTimeout(fuse);
    }
    log.end();
  };

  return {
    start,
    stop,
    restart: async (name) => {
      await stop(name);
      await start(name);
    },
    killAll: () => {
      for (const [name, { child }] of running) {
        stopping.add(name);
        child.kill('SIGKILL');
      }
    },
    pids: () => Object.fromEntries([...running].map(([name, { child }]) => [name, child.pid])),
  };
};

const ready = async (url: string): Promise<void> => {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.status}`);
};
