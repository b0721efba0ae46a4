#!/usr/bin/env node
/**
 * What a cache hit costs: requests a second through the gateway on one core, from its cache and without it, against a
 * bare HTTP server that answers with the same bytes.
 *
 *   npm run bench:cache -- [--seconds N] [--connections N] [--runs N]
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { composeServices } from '@apollo/composition';
import { rootDir, topology } from '@supergraph/platform';
import autocannon from 'autocannon';
import { parse } from 'graphql';
import { treeUsage } from '../processUsage.ts';
import { stayAwake } from '../stayAwake.ts';
import { divideCores, freePorts, start, untilReady, type Running } from '../federation/processes.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '64' },
    runs: { type: 'string', default: '3' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'bench-cache-'));
const write = (name: string, content: string): string => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};

const typeDefs = parse(`
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
    @link(url: "https://commerce-supergraph.dev/cacheControl/v1.0", import: ["@cacheControl"])
    @composeDirective(name: "@cacheControl")
  directive @cacheControl(maxAge: Int) on FIELD_DEFINITION | OBJECT
  type Query { products: [Product!]! @cacheControl(maxAge: 3600) }
  type Product @key(fields: "id") @cacheControl(maxAge: 3600) { id: ID! name: String! price: Int! }
`);
const products = Array.from({ length: 20 }, (_, nth) => ({
  id: `p${nth}`,
  name: `Product number ${nth}`,
  price: nth * 100,
}));
const answer = write('answer.json', JSON.stringify({ data: { products } }));
const request = JSON.stringify({ query: 'query Products { products { id name price } }' });

const [subgraphPort = 0, barePort = 0, cachedPort = 0, uncachedPort = 0] = await freePorts(4);
const composition = composeServices([{ name: 'products', url: `http://127.0.0.1:${subgraphPort}/graphql`, typeDefs }]);
if (composition.errors) throw new Error(composition.errors.map(({ message }) => message).join('\n'));
const supergraph = write('supergraph.graphql', composition.supergraphSdl);

const cores = divideCores();
const here = import.meta.dirname;
const gateway = (port: number, config: string): Running =>
  start(
    [
      topology.gatewayNodeOptions,
      join(rootDir, 'gateway/dist/main.js'),
      ...['--supergraph', supergraph, '--port', String(port), '--config', write(`${port}.yaml`, config)],
    ],
    cores?.gateway ?? null,
  );
const program = (port: number, core: string | null): Running =>
  start([join(here, 'answerProgram.js'), answer, String(port)], core);

const ask = (port: number): Promise<Response> =>
  fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: request,
  });

type Measured = Readonly<{ perSecond: number; cpuMicroseconds: number; p50: number; p99: number; failed: number }>;

const measure = async (name: string, port: number, running: Running): Promise<Measured> => {
  await untilReady(running, async () => (await ask(port)).ok);
  const body = await (await ask(port)).text();
  if (body !== JSON.stringify({ data: { products } })) throw new Error(`${name} answers something else: ${body}`);
  const load = async (seconds: number) => {
    const sleep = stayAwake();
    const result = await autocannon({
      url: `http://127.0.0.1:${port}/graphql`,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: request,
      connections: Number(values.connections),
      duration: seconds,
    });
    sleep();
    return result;
  };
  await load(3);
  const before = treeUsage(running.pid);
  const { requests, duration, latency, errors, non2xx } = await load(Number(values.seconds));
  const cpuSeconds = treeUsage(running.pid).cpuSeconds - before.cpuSeconds;
  await running.stop();
  return {
    perSecond: requests.total / duration,
    cpuMicroseconds: (cpuSeconds * 1e6) / requests.total,
    p50: latency.p50,
    p99: latency.p99,
    failed: errors + non2xx,
  };
};

const alone = cores?.gateway ?? null;
const bare = { name: 'bare HTTP server', port: barePort, begin: () => program(barePort, alone) };
const rows = [
  bare,
  {
    name: 'gateway, cached',
    port: cachedPort,
    begin: () => gateway(cachedPort, 'cache: { enabled: true }\n'),
  },
  {
    name: 'gateway, cached, rate limits on',
    port: cachedPort,
    begin: () => gateway(cachedPort, 'cache: { enabled: true }\nrateLimit:\n  default: { minute: 1000000000 }\n'),
  },
  {
    name: 'gateway, not cached',
    port: uncachedPort,
    begin: () => gateway(uncachedPort, 'cache: { enabled: false }\nshare: { fetches: false, requests: false }\n'),
  },
];
const middle = (runs: readonly Measured[], column: keyof Measured): number =>
  runs.map((run) => run[column]).toSorted((one, other) => one - other)[runs.length >> 1] ?? Number.NaN;

const subgraph = program(subgraphPort, cores?.rest ?? null);
try {
  await untilReady(subgraph, async () => (await ask(subgraphPort)).ok);
  const results = new Map<string, Measured[]>(rows.map(({ name }) => [name, []]));
  for (let run = 1; run <= Number(values.runs); run += 1) {
    for (const { name, port, begin } of rows) {
      const measured = await measure(name, port, begin());
      results.get(name)?.push(measured);
      process.stderr.write(
        `run ${run} ${name}: ${measured.perSecond.toFixed(0)}/s, ${measured.cpuMicroseconds.toFixed(0)} µs CPU\n`,
      );
    }
  }
  const of = (name: string, column: keyof Measured): number => middle(results.get(name) ?? [], column);
  const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
  const lines = rows.map(({ name }) => {
    const perSecond = of(name, 'perSecond');
    const cpu = of(name, 'cpuMicroseconds');
    const columns = [
      name,
      perSecond.toFixed(0),
      percent(perSecond / of(bare.name, 'perSecond')),
      cpu.toFixed(0),
      percent(of(bare.name, 'cpuMicroseconds') / cpu),
      of(name, 'p50').toFixed(1),
      of(name, 'p99').toFixed(1),
      (results.get(name) ?? []).reduce((sum, { failed }) => sum + failed, 0).toFixed(0),
    ];
    return `| ${columns.join(' | ')} |\n`;
  });
  process.stdout.write(
    '| | requests/s | of the bare server | CPU µs/request | of the bare server, by CPU | p50 ms | p99 ms | failed |\n' +
      `|---|---:|---:|---:|---:|---:|---:|---:|\n${lines.join('')}`,
  );
} finally {
  await subgraph.stop();
}
