import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';

const answer = z.object({
  count: z.number(),
  seen: z.number(),
  closed: z.number(),
  slowClosed: z.number(),
  p50: z.number().nullish(),
  p99: z.number().nullish(),
  lastAt: z.number().optional(),
});

/** What the subscribers of one process have received since they were last asked for times. */
export type Received = z.infer<typeof answer>;

/** Subscribers in a process of their own. */
export type Clients = Readonly<{
  total: number;
  count: () => Promise<Received>;
  /** Also begins to count anew. */
  times: () => Promise<Received>;
  stop: () => Promise<void>;
}>;

export type ClientsOptions = Readonly<{
  port: number;
  total: number;
  topics: 'same' | 'own';
  /** How many of them read a byte a second, once they have seen an event. */
  slow?: number;
  /** Sends an event that is not counted to everybody who is there. */
  probe: () => Promise<void>;
}>;

/** Connects them, and waits until an event reaches every one. */
export const startClients = async ({ port, total, topics, slow = 0, probe }: ClientsOptions): Promise<Clients> => {
  const program = join(import.meta.dirname, 'clientsProgram.js');
  const child = spawn(process.execPath, [program, ...[port, total, topics, slow].map(String)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<unknown> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error('The clients ended.');
    return JSON.parse(value);
  };
  const ask = async (what: 'count' | 'times'): Promise<Received> => {
    child.stdin.write(`${what}\n`);
    return answer.parse(await line());
  };
  const stop = async (): Promise<void> => {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  try {
    await line();
    const deadline = Date.now() + 120_000;
    for (let seen = 0; seen < total;) {
      if (Date.now() > deadline) throw new Error(`Events reach ${seen} of ${total} subscribers.`);
      await probe();
      await pause(1_000);
      ({ seen } = await ask('count'));
    }
    await pause(500);
    await ask('times');
  } catch (error) {
    await stop();
    throw error;
  }
  return { total, count: () => ask('count'), times: () => ask('times'), stop };
};
