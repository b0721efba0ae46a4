import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, rootDir, topology, waitUntil } from '@supergraph/platform';
import { bareEnvironment } from './config.ts';

export type SpawnedService = Readonly<{
  /** `http://127.0.0.1:port` */
  url: string;
  port: number;
  pid: number;
  /** Everything it wrote so far. */
  output: () => string;
  /** SIGTERM; returns its exit code (null when a signal ended it). */
  stop(): Promise<number | null>;
  /** SIGKILL, as a crash would; resolves when it is gone. */
  kill(): Promise<void>;
}>;

const registerSource = fileURLToPath(new URL('../jest/registerSource.mjs', import.meta.url));

/**
 * Starts a service as a process of its own, from source (so that no build can be out of date), on free ports unless
 * `env` names them, and resolves when it says that it is ready. It ends with the test process.
 *
 * @param args of its command line
 */
export const spawnService = async (
  name: topology.ServiceName,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<SpawnedService> => {
  const service = topology.services[name];
  const port = Number(env[service.portEnv] ?? (await freePort()));
  const child = spawn(
    process.execPath,
    ['--import', registerSource, join(rootDir, service.dir, 'src/main.ts'), ...args],
    {
      cwd: rootDir,
      env: {
        ...bareEnvironment(),
        NODE_ENV: 'test',
        [service.metricsPortEnv]: String(await freePort()),
        ...env,
        [service.portEnv]: String(port),
      },
      // The IPC channel ends with us, and the service with it.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    },
  );
  const output: string[] = [];
  child.stdout?.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  const gone = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  const hopeless = (): string | undefined =>
    child.exitCode === null && child.signalCode === null ? undefined : `${name} ended:\n${output.join('')}`;
  try {
    await waitUntil(() => ready(url), { what: `${name} to be ready`, timeoutMs: 60_000, hopeless });
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`${name} did not become ready.\n${output.join('')}`, { cause: error });
  }
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await gone;
  };
  return {
    url,
    port,
    pid: child.pid ?? 0,
    output: () => output.join(''),
    stop: async () => {
      await end('SIGTERM');
      return child.exitCode;
    },
    kill: () => end('SIGKILL'),
  };
};

const ready = async (url: string): Promise<void> => {
  const response = await fetch(`${url}/health/ready`);
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
};
