import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { readPlatformConfig } from './config.ts';
import { rootDir } from './paths.ts';
import { backingPorts } from './topology.ts';

/** `npm run purge`: the gateway's command, with the Redis of npm start unless another one is given. */
const { given, inherited, portOf } = readPlatformConfig();
const program = join(rootDir, 'gateway/dist/purgeCommand.js');
const child = spawn(process.execPath, [program, ...process.argv.slice(2)], {
  env: { ...inherited, REDIS_URL: given['REDIS_URL'] ?? `redis://127.0.0.1:${portOf(backingPorts.redis.env)}` },
  stdio: 'inherit',
});
child.once('exit', (code) => process.exit(code ?? 1));
