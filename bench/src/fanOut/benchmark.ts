import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { composeServices } from '@apollo/composition';
import { rootDir } from '@supergraph/platform';
import { parse } from 'graphql';
import { freePorts, start, untilReady, type Running } from '../federation/processes.ts';
import { now, sdl } from './event.ts';

/**
 * One event to many clients: this gateway beside a bare server that sends the same bytes. Prints a table; asserts
 * nothing.
 */
const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '10000' },
    events: { type: 'string', default: '50' },
    help: { type: 'boolean' },
  },
});
if (values.help === true) {
  console.log('npm run bench:fan-out -- [--clients 10000] [--events 50]');
  process.exit();
}
const here = import.meta.dirname;
const clientCount = Number(values.clients);
const eventCount = Number(values.events);

type Said = { live?: number; count?: number; p50?: number | null; p99?: number | null; lastAt?: number };
type Clients = Readonly<{ ask: () => Promise<Said>; stop: () => Promise<void> }>;

const startClients = async (port: number, count: number, topics: 'same' | 'own', slow = 0): Promise<Clients> => {
  const url = `ws://127.0.0.1:${port}/graphql`;
  const child: ChildProcess = spawn(
    process.execPath,
    [join(here, 'clientsProgram.js'), url, String(count), topics, String(slow)],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error('The clients have no streams.');
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<Said> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error('The clients ended.');
    return JSON.parse(value) as Said;
  };
  await line();
  return {
    ask: () => {
      stdin.write('?\n');
      return line();
    },
    stop: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
};

/** Publishes events and waits until all have arrived; every `everyMs`, or as fast as they are taken. */
const run = async (
  publish: (n: number) => Promise<void>,
  clients: Clients,
  expected: number,
  everyMs: number,
  events: number,
): Promise<{ seconds: number; count: number; p50: number; p99: number }> => {
  await clients.ask();
  const beganAt = now();
  for (let n = 0; n < events; n += 1) {
    await publish(n);
    if (everyMs > 0) await pause(everyMs);
  }
  let count = 0;
  let last: Said = {};
  let p50 = 0;
  let p99 = 0;
  const deadline = Date.now() + 120_000;
  // Asked rarely: the clients' process has better things to do.
  while (count < expected && Date.now() < deadline) {
    await pause(everyMs > 0 ? 500 : 1_000);
    last = await clients.ask();
    count += last.count ?? 0;
    if ((last.count ?? 0) > 0) [p50, p99] = [Math.max(p50, last.p50 ?? 0), Math.max(p99, last.p99 ?? 0)];
    if ((last.count ?? 0) > 0) lastAt = last.lastAt ?? lastAt;
  }
  return { seconds: (lastAt - beganAt) / 1_000, count, p50, p99 };
};
let lastAt = 0;

const heapOf = async (metricsPort: number): Promise<number> => {
  const values: number[] = [];
  // The least of several: what is above it waits for the collector.
  for (let n = 0; n < 10; n += 1) {
    const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    values.push(Number(/^nodejs_heap_size_used_bytes(?:\{.*\})? (\S+)$/m.exec(text)?.[1]));
    await pause(500);
  }
  return Math.min(...values);
};

const rows: string[] = [];
const report = (name: string, { seconds, count, p50, p99 }: Awaited<ReturnType<typeof run>>, more = ''): void => {
  const row = `${name.padEnd(44)} ${String(count).padStart(8)} events  ${(count / seconds).toFixed(0).padStart(8)}/s  p50 ${p50.toFixed(1)} ms  p99 ${p99.toFixed(1)} ms${more}`;
  rows.push(row);
  console.log(row);
};

const [bare = 0, subgraph = 0, gateway = 0, metrics = 0] = await freePorts(4);
const get = (port: number, topic = '') =>
  fetch(`http://127.0.0.1:${port}/publish?topic=${topic}`).then(async (response) => void (await response.text()));
const running: Running[] = [];
try {
  running.push(start([join(here, 'bareProgram.js'), String(bare)], null));
  await pause(500);
  let clients = await startClients(bare, clientCount, 'same');
  report(
    `bare ws server, ${clientCount} clients`,
    await run(() => get(bare), clients, clientCount * eventCount, 0, eventCount),
  );
  report('  one event a second', await run(() => get(bare), clients, clientCount * 10, 1_000, 10));
  await clients.stop();

  const folder = mkdtempSync(join(tmpdir(), 'fan-out-'));
  const { supergraphSdl, errors } = composeServices([
    { name: 'ticks', url: `http://127.0.0.1:${subgraph}/graphql`, typeDefs: parse(sdl) },
  ]);
  if (supergraphSdl === undefined) throw new Error(String(errors));
  const [file, config] = [join(folder, 'supergraph.graphql'), join(folder, 'gateway.yaml')];
  writeFileSync(file, supergraphSdl);
  writeFileSync(config, `metricsPort: ${metrics}\nsubscriptions: { connections: 50000 }\n`);
  running.push(start([join(here, 'subgraphProgram.js'), String(subgraph)], null));
  const ours = start(
    [join(rootDir, 'gateway/dist/main.js'), '--supergraph', file, '--port', String(gateway), '--config', config],
    null,
  );
  running.push(ours);
  await untilReady(ours, async () => (await fetch(`http://127.0.0.1:${gateway}/health/ready`)).ok);

  const empty = await heapOf(metrics);
  clients = await startClients(gateway, clientCount, 'same');
  const heap = ((await heapOf(metrics)) - empty) / clientCount / 1_000;
  const publish = () => get(subgraph);
  report(
    `this gateway, ${clientCount} identical subscribers`,
    await run(publish, clients, clientCount * eventCount, 0, eventCount),
    `  heap ${heap.toFixed(1)} kB a connection`,
  );
  report('  one event a second', await run(publish, clients, clientCount * 10, 1_000, 10));
  await clients.stop();
  await pause(2_000);

  const own = Math.min(clientCount, 2_000);
  clients = await startClients(gateway, own, 'own');
  const toOne = (n: number) => get(subgraph, String(n % own));
  report(`this gateway, ${own} subscribers to ${own} topics`, await run(toOne, clients, own, 0, own));
  await clients.stop();
  await pause(2_000);

  const readers = Math.min(clientCount, 1_000);
  for (const slow of [0, 1]) {
    clients = await startClients(gateway, readers, 'same', slow);
    const result = await run(publish, clients, (readers - slow) * 40, 50, 40);
    report(`this gateway, ${readers} subscribers, ${slow} slow`, result);
    await clients.stop();
    await pause(2_000);
  }
} finally {
  for (const one of running) await one.stop();
}
