import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the ports that systems give to outgoing connections: one of those could take it before we listen. */
const [least, most] = [10_000, 32_000];

/** Processes whose ids are neighbours, as those that are started together, draw from different ports. */
const shares = 16;

/** A port is free until somebody listens on it, which may be a while later: it is not given away twice meanwhile. */
const given = new Set<number>();

/** A port of 127.0.0.1 that was free a moment ago, and that nobody else in this process was given. */
export const freePort = async (): Promise<number> => {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = randomInt(least / shares, most / shares) * shares + (process.pid % shares);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
  throw new Error(`No port between ${least} and ${most} is free.`);
};

/** Whether nothing listens on this port of 127.0.0.1. */
export const isFree = async (port: number): Promise<boolean> => {
  const server = createServer();
  try {
    await listen(server, port);
  } catch {
    return false;
  }
  await new Promise((resolve) => server.close(resolve));
  return true;
};

const listen = (server: ReturnType<typeof createServer>, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
