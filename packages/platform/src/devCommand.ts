import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { ambient } from './config.ts';
import { rootDir } from './paths.ts';
import { readOptions } from './readOptions.ts';
import { stopOnSignal } from './stopOnSignal.ts';
import { startSystem } from './system.ts';
import { services, type ServiceName } from './topology.ts';
import { welcome } from './welcome.ts';

const help = `Usage: npm run dev [-- options]

Starts everything, as npm start does, and the compiler beside it: what you change is built, and its service restarted.

  --fresh   begin with empty databases and the demo data (downloads are kept)
  --help    print this
`;

/**
 * `npm run dev`: the system of `npm start`, and the compiler beside it; a service whose output changes is started again.
 * A change in a shared package restarts all of them.
 */
const show = (line: string): void => console.log(`  ${line.replaceAll('\n', '\n  ')}`);

const options = readOptions({ fresh: { type: 'boolean' } }, help);
if (options === null) process.exit();

const system = startSystem({ fresh: options.fresh === true, show });
const compiler = spawn(
  process.execPath,
  [join(rootDir, 'node_modules/typescript/bin/tsc'), '-b', '--watch', '--preserveWatchOutput'],
  { cwd: rootDir, env: ambient(), stdio: ['ignore', 'inherit', 'inherit'] },
);
stopOnSignal({ ...system, stop: () => (compiler.kill(), system.stop()) }, show);

const pending = new Map<ServiceName, NodeJS.Timeout>();

try {
  const { url, supervisor } = await system.ready;
  console.log(welcome({ url }));
  const names = Object.keys(services) as ServiceName[];
  const restartSoon = (name: ServiceName): void => {
    clearTimeout(pending.get(name));
    // A build writes many files: once it is quiet, one restart.
    const restart = async (): Promise<void> => {
      show(`[${name}] changed, starting it again`);
      await supervisor.restart(name).catch((error: unknown) => show(String(error)));
    };
    pending.set(
      name,
      setTimeout(() => void restart(), 500),
    );
  };
  for (const name of names) {
    watch(join(rootDir, services[name].dir, 'dist'), { recursive: true }, () => restartSoon(name));
  }
  const shared = ['errors', 'money', 'config', 'events', 'auth', 'postgres', 'eventsourcing', 'messaging'];
  for (const name of [...shared, 'service-kit', 'subgraph-kit']) {
    watch(join(rootDir, 'packages', name, 'dist'), { recursive: true }, () => names.forEach(restartSoon));
  }
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}\n`);
  compiler.kill();
  process.exit(1);
}
