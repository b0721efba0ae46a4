import { composeServices } from '@apollo/composition';
import { rootDir } from '@supergraph/platform';
import { parse } from 'graphql';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Pool } from 'undici';
import { z } from 'zod';
import { gatewayEnvironment } from './federation/config.ts';
import { divideCores, freePorts, start, untilReady } from './federation/processes.ts';
import { scenarios } from './federation/scenarios.ts';
import { subgraphNames, subgraphSdl } from './federation/shopSchemas.ts';
import { countFetches } from './federation/subgraphStats.ts';
import type { MemorySample } from './memoryProbe.ts';

const help = `Usage: npm run bench:memory [-- options]

Whether the gateway's memory stays flat: sends requests over HTTP while the supergraph changes again and again, and prints
what is left after a garbage collection. Small and large queries, mutations, documents that nobody sent before, invalid
ones, and clients that leave. The gateway has a core of its own where that can be chosen. Ends with code 1 when memory
grows. The default takes some fifteen minutes.

  --requests N     how many (default 1000000)
  --reloads N      changes of the supergraph, spread evenly (default 1000; each takes at least half a second)
  --connections N  of the closed loop (default 64)
  --samples N      lines of the table (default 40)
  --help           print this
`;
const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '1000000' },
    reloads: { type: 'string', default: '1000' },
    connections: { type: 'string', default: '64' },
    samples: { type: 'string', default: '40' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(help);
  process.exit(0);
}
const requests = Number(values.requests);
const reloads = Number(values.reloads);
const samples = Number(values.samples);
const connections = Number(values.connections);
if (![requests, samples, connections].every((number) => number > 0) || !(reloads >= 0)) {
  console.error(help);
  process.exit(2);
}

const reloadNote = 'the supergraph was reloaded';

const bodiesOf = (name: string): readonly string[] =>
  scenarios.find((scenario) => scenario.name === name)?.bodies ?? [];
const loads = {
  small: bodiesOf('small'),
  large: bodiesOf('test-query'),
  varied: bodiesOf('variables'),
  mutation: bodiesOf('mutation'),
};

const cores = divideCores();
const folder = mkdtempSync(join(tmpdir(), 'memory-benchmark-'));
const supergraphFile = join(folder, 'supergraph.graphql');
const ports = await freePorts(subgraphNames.length + 1);
const composition = composeServices(
  subgraphNames.map((name, nth) => ({
    name,
    url: `http://127.0.0.1:${ports[nth]}/graphql`,
    typeDefs: parse(subgraphSdl[name]),
  })),
);
if (composition.supergraphSdl === undefined) throw new Error('The subgraphs do not compose.');
const sdl = composition.supergraphSdl;
writeFileSync(supergraphFile, sdl);

const subgraphs = start(
  [join(import.meta.dirname, 'federation/subgraphProgram.js'), ...ports.slice(0, -1).map(String)],
  null,
);
const origin = `http://127.0.0.1:${ports.at(-1)}`;
const [program = '', ...pinned] = [...(cores === null ? [] : ['taskset', '-c', cores.gateway]), process.execPath];
const gateway = spawn(
  program,
  [
    ...pinned,
    '--expose-gc',
    ...['--import', join(import.meta.dirname, 'memoryProbe.js'), join(rootDir, 'gateway/dist/main.js')],
    ...['--supergraph', supergraphFile, '--port', String(ports.at(-1))],
  ],
  { env: gatewayEnvironment, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] },
);
let reloaded = 0;
let said = '';
gateway.stdout?.on('data', (text: Buffer) => {
  const parts = (said + text.toString('latin1')).split(reloadNote);
  reloaded += parts.length - 1;
  // It may come in two pieces.
  said = (parts.at(-1) ?? '').slice(1 - reloadNote.length);
});

const pool = new Pool(origin, { connections });
try {
  await untilReady(subgraphs, async () => (await countFetches(`http://127.0.0.1:${ports[0]}`)) >= 0);
  await untilHealthy();
  process.exitCode = (await measure()) ? 0 : 1;
} finally {
  await pool.destroy();
  await stop(gateway);
  await subgraphs.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function measure(): Promise<boolean> {
  const taken: MemorySample[] = [];
  const began = Date.now();
  console.log(
    '| minutes | requests | reloads | heap MiB | external MiB | RSS MiB | failed |\n| --- | --- | --- | --- | --- | --- | --- |',
  );
  let sent = 0;
  let failed = 0;
  for (let part = 1; part <= samples; part++) {
    const until = Math.round((requests * part) / samples);
    const changes = Math.round((reloads * part) / samples);
    let reloading = reloaded < changes;
    const load = Array.from({ length: connections }, async () => {
      // Whichever takes longer: what is sent meanwhile is counted, too.
      while (sent < until || reloading) {
        sent += 1;
        failed += (await ask(sent)) ? 0 : 1;
      }
    });
    while (reloaded < changes) {
      const before = reloaded;
      writeFileSync(supergraphFile, `${sdl}\n# ${before + 1}\n`);
      while (reloaded === before) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    reloading = false;
    await Promise.all(load);
    // Engines that are replaced end with their last request, and connections when they have been idle.
    await new Promise((resolve) => setTimeout(resolve, 200));
    const sample = await memory();
    taken.push(sample);
    console.log(
      `| ${((Date.now() - began) / 60_000).toFixed(1)} | ${sent} | ${reloaded} | ${mebibytes(sample.heapUsed)} | ${mebibytes(sample.external)} | ${mebibytes(sample.rss)} | ${failed} |`,
    );
  }
  return verdict(taken) && failed === 0;
}

/**
 * The first part fills caches that are bounded (the operations that are planned anew with each supergraph, V8's compiled
 * code of functions that have become hot); then memory must not grow any more.
 */
function verdict(taken: readonly MemorySample[]): boolean {
  const mean = (key: keyof MemorySample, from: number, to: number): number => {
    const part = taken.slice(Math.floor(taken.length * from), Math.ceil(taken.length * to));
    return part.reduce((sum, sample) => sum + sample[key], 0) / part.length;
  };
  const grows = (key: keyof MemorySample, tolerated: number): boolean => {
    const begin = mean(key, 0, 0.1);
    const middle = mean(key, 0.4, 0.7);
    const end = mean(key, 0.7, 1);
    const growth = end / middle - 1;
    console.log(
      `${key}: ${mebibytes(begin)} MiB at first, ${mebibytes(middle)} MiB in the middle, ${mebibytes(end)} MiB at the end (${percent(growth)} since the middle)`,
    );
    return growth > tolerated;
  };
  const heap = grows('heapUsed', 0.03);
  const rss = grows('rss', 0.1);
  console.log(heap || rss ? 'Memory grows.' : 'Memory is flat.');
  return !heap && !rss;
}

/** @returns whether the gateway answered as it should */
async function ask(nth: number): Promise<boolean> {
  const { body, valid } = bodyOf(nth);
  const leaves = nth % 500 === 0;
  const signal = leaves ? AbortSignal.timeout(1) : null;
  try {
    const answer = await pool.request({
      path: '/graphql',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal,
    });
    const text = await answer.body.text();
    return text.includes('"errors"') !== valid;
  } catch {
    return leaves;
  }
}

/** Of a hundred requests one is large, one varied, four are mutations, one is invalid; of four hundred one is new. */
function bodyOf(nth: number): { body: string; valid: boolean } {
  const one = (bodies: readonly string[]) => ({ body: bodies[nth % bodies.length] ?? '', valid: true });
  if (nth % 400 === 7)
    return { body: JSON.stringify({ query: `{ a${nth}: topProducts(first: 2) { name inStock } }` }), valid: true };
  if (nth % 100 === 1) return one(loads.large);
  if (nth % 100 === 2) return one(loads.varied);
  if (nth % 25 === 3) return one(loads.mutation);
  if (nth % 100 === 4) return { body: JSON.stringify({ query: `{ unknown${nth} }` }), valid: false };
  return one(loads.small);
}

async function memory(): Promise<MemorySample> {
  const answer = once(gateway, 'message');
  gateway.send('memory');
  const [message] = (await answer) as unknown[];
  return z.object({ heapUsed: z.number(), external: z.number(), rss: z.number() }).parse(message);
}

async function untilHealthy(): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const response = await fetch(`${origin}/health/ready`).catch(() => null);
    if (response?.ok) return;
    if (gateway.exitCode !== null) throw new Error(`The gateway ended with code ${gateway.exitCode}.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('The gateway did not get ready.');
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}

function percent(share: number): string {
  return `${share > 0 ? '+' : ''}${(share * 100).toFixed(1)} %`;
}
