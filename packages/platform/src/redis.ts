import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { searchPath } from './config.ts';
import { startGuarded } from './guardedProcess.ts';
import { redisSettings } from './topology.ts';
import { waitUntil } from './waitUntil.ts';
import type { RunningServer, ServerOptions } from './runningServer.ts';

/** Starts the `redis-server` of this machine; a durable one appends to a file, the other keeps everything in memory. */
export const startRedis = async ({ dir, port, durable, logFile }: ServerOptions): Promise<RunningServer> => {
  mkdirSync(dir, { recursive: true });
  const settings = Object.entries(redisSettings).flatMap(([name, value]) => [`--${name}`, value]);
  const server = await startGuarded({
    name: 'Redis',
    command: 'redis-server',
    args: ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', '', ...settings].concat([
      '--appendonly',
      durable ? 'yes' : 'no',
      '--daemonize',
      'no',
    ]),
    env: { PATH: searchPath() },
    logFile: logFile ?? join(dir, 'redis.log'),
  });
  await waitUntil(() => ping(port), { what: 'Redis', timeoutMs: 60_000, hopeless: server.exited });
  return {
    url: `redis://127.0.0.1:${port}`,
    pid: server.pid,
    exited: server.exited,
    done: server.done,
    stop: () => server.stop(),
    kill: () => server.kill(),
  };
};

/** Resolves when a Redis on this port answers PONG; one that still loads its file answers something else. */
const ping = (port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.setTimeout(1000, () => socket.destroy(new Error('no answer')));
    socket.once('error', reject);
    socket.once('data', (answer) => {
      socket.destroy();
      if (answer.toString().startsWith('+PONG')) resolve();
      else reject(new Error(answer.toString().trim()));
    });
  });
