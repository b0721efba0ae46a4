#!/usr/bin/env node
/**
 * What a cache hit costs: requests a second through the gateway on one core, from its cache and without it, against a
 * bare HTTP server that answers with the same bytes.
 *
 *   npm run bench:cache -- [--seconds N] [--connections N]
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { composeServices } from '@apollo/composition';
import { rootDir, topology } from '@supergraph/platform';
import autocannon from 'autocannon';
import { parse } from 'graphql';
import { divideCores, freePorts, start, untilReady, type Running } from '../federation/processes.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '8' }, connections: { type: 'string', default: '64' } },
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

const measure = async (name: string, port: number, running: Running): Promise<number> => {
  await untilReady(running, async () => (await ask(port)).ok);
  const body = await (await ask(port)).text();
  if (body !== JSON.stringify({ data: { products } })) throw new Error(`${name} answers something else: ${body}`);
  const load = (seconds: number) =>
    autocannon({
      url: `http://127.0.0.1:${port}/graphql`,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: request,
      connections: Number(values.connections),
      duration: seconds,
    });
  await load(2);
  const result = await load(Number(values.seconds));
  await running.stop();
  const perSecond = result.requests.total / result.duration;
  const { p50, p99 } = result.latency;
  process.stdout.write(
    `${name.padEnd(28)} ${perSecond.toFixed(0).padStart(7)}/s   p50 ${p50} ms   p99 ${p99} ms   failed ${result.errors + result.non2xx}\n`,
  );
  return perSecond;
};

const subgraph = program(subgraphPort, cores?.rest ?? null);
try {
  await untilReady(subgraph, async () => (await ask(subgraphPort)).ok);
  const bare = await measure('bare HTTP server', barePort, program(barePort, cores?.gateway ?? null));
  const cached = await measure('gateway, cached', cachedPort, gateway(cachedPort, 'cache: { enabled: true }\n'));
  const uncached = await measure(
    'gateway, not cached',
    uncachedPort,
    gateway(uncachedPort, 'cache: { enabled: false }\nshare: { fetches: false, requests: false }\n'),
  );
  const percent = (part: number): string => `${((part / bare) * 100).toFixed(0)}%`;
  process.stdout.write(`of the bare server: cached ${percent(cached)}, not cached ${percent(uncached)}\n`);
} finally {
  await subgraph.stop();
}
