import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { dataDir, rootDir, topology } from '@supergraph/platform';
import { unlimitedEnvironment } from './config.ts';

/** The platform under test. */
export type RunningPlatform = Readonly<{
  url: string;
  /** Seconds from the start to ready; null when it ran already. */
  readySeconds: number | null;
  stop: () => Promise<void>;
}>;

/** Uses the `npm start` of this checkout when it runs, and starts one without rate limits otherwise. */
export async function runningPlatform(): Promise<RunningPlatform> {
  const base = `http://127.0.0.1:${topology.services.gateway.port}`;
  const running = await fetch(`${base}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
  if (running && existsSync(join(dataDir, 'run')))
    return { url: `${base}/graphql`, readySeconds: null, stop: () => Promise.resolve() };

  const began = Date.now();
  const child = spawn(process.execPath, [join(rootDir, 'scripts/run.mjs'), 'start'], {
    cwd: rootDir,
    env: unlimitedEnvironment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (text: Buffer) => {
      if (text.includes('Supergraph ready')) resolve();
    });
    child.once('exit', () => reject(new Error('npm start ended before it was ready.')));
  });
  return {
    url: `${base}/graphql`,
    readySeconds: (Date.now() - began) / 1_000,
    stop: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGINT');
      await gone;
    },
  };
}
