import { composeServices } from '@apollo/composition';
import { rootDir, startRedis } from '@supergraph/platform';
import { parse } from 'graphql';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { expectedAnswer } from '../federation/expectedAnswers.ts';
import { askOnce, measure, medianOf, type Measurement } from '../federation/measure.ts';
import { divideCores, freePorts, start, untilReady } from '../federation/processes.ts';
import { scenarios, type Scenario } from '../federation/scenarios.ts';
import { subgraphNames, subgraphSdl } from '../federation/shopSchemas.ts';
import { countFetches } from '../federation/subgraphStats.ts';

const help = `Usage: npm run bench:rate-limit [-- options]

What rate limiting costs: the gateway without it, with leased points, and with a question to Redis for every request,
each on a core of its own; Redis, subgraphs and load are on another. The bare server returns the same bytes and is the
limit of what Node can do. All requests are of one account, whose quota is never spent.

  --runs N         interleaved runs of each; the table has their medians (default 5)
  --seconds N      how long a run is measured (default 5)
  --warm N         how long it is warmed before (default 3)
  --connections N  connections of the closed loop (default 50)
  --help           print this
`;
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
    warm: { type: 'string', default: '3' },
    connections: { type: 'string', default: '50' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(help);
  process.exit(0);
}

const bodiesOf = (wanted: string): readonly string[] => scenarios.find(({ name }) => name === wanted)?.bodies ?? [];
const loads: readonly Scenario[] = [
  {
    name: 'no fetch',
    what: 'answered without a subgraph, as a hit is',
    bodies: [JSON.stringify({ query: '{ __typename }' })],
  },
  ...scenarios.filter(({ name }) => name === 'small'),
  {
    name: 'storefront mix',
    what: 'pages of all sizes in turn: a field, nine pages of products with reviews and users, a list of 1,000',
    bodies: [...bodiesOf('small'), ...bodiesOf('variables'), ...bodiesOf('small'), ...bodiesOf('list')],
  },
];
/** Nothing is cached: the schema has no hints. */
const unshared = 'share: { fetches: false, requests: false }\n';
const limits = (leased: number): string =>
  `${unshared}rateLimit:\n  default: { minute: 1000000000 }\n  leased: ${leased}\n`;
const rows = [
  { name: 'bare server', config: null },
  { name: 'limits off', config: unshared },
  { name: 'limits on, points leased', config: limits(0.01) },
  { name: 'limits on, every request asks Redis', config: limits(0) },
] as const;

const cores = divideCores();
const folder = mkdtempSync(join(tmpdir(), 'rate-limit-benchmark-'));
const ports = await freePorts(subgraphNames.length + 2);
const port = ports.at(-1) ?? 0;
const redis = await startRedis({ dir: join(folder, 'redis'), port: ports.at(-2) ?? 0, durable: false });
const statsOrigin = `http://127.0.0.1:${ports[0]}`;
const subgraphs = start(
  [join(rootDir, 'bench/dist/federation/subgraphProgram.js'), ...ports.slice(0, -2).map(String)],
  null,
);
try {
  await untilReady(subgraphs, async () => (await countFetches(statsOrigin)) >= 0);
  const supergraphFile = write('supergraph.graphql', composed());
  const [cpu] = cpus();
  console.log(
    `Node ${process.versions.node}, ${cpus().length} × ${cpu?.model ?? 'unknown'}; ${values.connections} connections, median of ${values.runs} runs of ${values.seconds} s\n`,
  );
  for (const load of loads) await compare(load, supergraphFile);
} finally {
  await subgraphs.stop();
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function compare({ name, what, bodies }: Scenario, supergraphFile: string): Promise<void> {
  const questions = await Promise.all(bodies.map(async (body) => ({ body, expected: await expectedAnswer(body) })));
  // The bare server knows one answer.
  const compared = bodies.length === 1 ? rows : rows.filter(({ config }) => config !== null);
  const results = new Map<string, Measurement[]>(compared.map((row) => [row.name, []]));
  for (let run = 0; run < Number(values.runs); run += 1) {
    for (const row of compared) {
      const args =
        row.config === null
          ? [join(import.meta.dirname, 'bareProgram.js'), JSON.stringify(questions[0]?.expected), String(port)]
          : [
              join(rootDir, 'gateway/dist/main.js'),
              ...[
                '--supergraph',
                supergraphFile,
                '--port',
                String(port),
                '--config',
                write('gateway.yaml', row.config),
              ],
            ];
      const running = start(args, cores?.gateway ?? null, { REDIS_URL: redis.url, LOG_LEVEL: 'warn' });
      try {
        const url = `http://127.0.0.1:${port}/graphql`;
        await untilReady(running, async () => (await askOnce(url, '{"query":"{ __typename }"}')) !== '');
        const measured = await measure(url, running.pid, statsOrigin, questions, {
          warm: Number(values.warm),
          seconds: Number(values.seconds),
          connections: Number(values.connections),
        });
        results.get(row.name)?.push(measured);
      } finally {
        await running.stop();
      }
    }
  }
  const medians = compared.map((row) => ({ row, median: medianOf(results.get(row.name) ?? []) }));
  const speedOf = (name: (typeof rows)[number]['name']): number | undefined =>
    medians.find(({ row }) => row.name === name)?.median.perSecond;
  const [bare, off] = [speedOf('bare server'), speedOf('limits off')];
  console.log(`${name}: ${what}\n`);
  console.log(
    '| | requests/s | of the bare server | of limits off | p99 ms | CPU ms/request |\n|---|---|---|---|---|---|',
  );
  for (const { row, median } of medians) {
    const share = (of: number | undefined): string =>
      of === undefined ? '–' : `${((median.perSecond / of) * 100).toFixed(0)} %`;
    console.log(
      `| ${row.name} | ${median.perSecond.toFixed(0)} | ${share(bare)} | ${share(off)} | ${median.p99.toFixed(1)} | ${median.cpuPerRequest.toFixed(3)} |`,
    );
  }
  console.log('');
}

function write(name: string, content: string): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

function composed(): string {
  const result = composeServices(
    subgraphNames.map((name, nth) => ({
      name,
      url: `http://127.0.0.1:${ports[nth]}/graphql`,
      typeDefs: parse(subgraphSdl[name]),
    })),
  );
  if (result.errors) throw new Error(result.errors.join('\n'));
  return result.supergraphSdl;
}
