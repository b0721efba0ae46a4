import { composeServices } from '@apollo/composition';
import { rootDir } from '@supergraph/platform';
import { parse } from 'graphql';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeSection } from '../writeSection.ts';
import { chartOf } from './chart.ts';
import type { Question } from './closedLoop.ts';
import { expectedAnswer } from './expectedAnswers.ts';
import { gateways, peersDir, peersInstalled, type Setup } from './gateways.ts';
import { askOnce, measure, medianOf, withGateway, type Measurement } from './measure.ts';
import { divideCores, freePorts, start, untilReady } from './processes.ts';
import { scenarios, type Scenario } from './scenarios.ts';
import { subgraphNames, subgraphSdl } from './shopSchemas.ts';
import { countFetches, recordFetches } from './subgraphStats.ts';
import { milliseconds, tableOf, type Row } from './table.ts';

const help = `Usage: npm run bench:federation [-- options]

The public federation benchmark's query, and a few other loads, through several gateways one after another, each in a
process and on a core of its own; subgraphs and load are on another. Every answer is compared with the right one.

  --gateways a,b   which rows (default all that are installed): ${gateways.map(({ id }) => id).join(', ')}
  --loads a,b      which loads (default test-query): ${scenarios.map(({ name }) => name).join(', ')}; or all
  --runs N         interleaved runs of each; the table has their medians (default 7)
  --seconds N      how long a run is measured (default 10)
  --warm N         how long it is warmed before (default 5)
  --connections N  connections of the closed loop (default 50)
  --no-peers       only what needs no other gateway installed
  --write          put the tables, and a chart for each, into docs/benchmarks.md as well
  --help           print this

The first use installs the peers into bench/peers/node_modules with npm ci.
`;
const { values } = parseArgs({
  options: {
    gateways: { type: 'string' },
    loads: { type: 'string', default: 'test-query' },
    runs: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '10' },
    warm: { type: 'string', default: '5' },
    connections: { type: 'string', default: '50' },
    'no-peers': { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(help);
  process.exit(0);
}

const wanted = chosen(gateways, ({ id }) => id, values.gateways ?? gateways.map(({ id }) => id).join(',')).filter(
  ({ peer }) => !(peer && values['no-peers']),
);
const loads = values.loads === 'all' ? scenarios : chosen(scenarios, ({ name }) => name, values.loads);
if (wanted.some(({ peer }) => peer) && !peersInstalled()) installPeers();

const cores = divideCores();
const folder = mkdtempSync(join(tmpdir(), 'federation-benchmark-'));
const ports = await freePorts(subgraphNames.length + 1);
const urls = Object.fromEntries(subgraphNames.map((name, nth) => [name, `http://127.0.0.1:${ports[nth]}/graphql`]));
const write = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const setup: Setup = {
  supergraphFile: write('supergraph.graphql', composed()),
  floorFile: join(folder, 'floor.json'),
  port: ports.at(-1) ?? 0,
  urls,
  write,
};
const statsOrigin = `http://127.0.0.1:${ports[0]}`;
const subgraphs = start([join(import.meta.dirname, 'subgraphProgram.js'), ...ports.slice(0, -1).map(String)], null);
try {
  await untilReady(subgraphs, async () => (await countFetches(statsOrigin)) >= 0);
  const tables = [conditions()];
  console.log(tables[0]);
  for (const load of loads) {
    const rows = await rowsOf(load);
    const table = tableOf(load, rows);
    console.log(table);
    tables.push(table);
    if (values.write) tables.push(writeChart(load, rows));
  }
  if (values.write) writeSection('federation', tables.join('\n'));
} finally {
  await subgraphs.stop();
  rmSync(folder, { recursive: true, force: true });
}
if (subgraphs.log() !== '') console.error(`The subgraphs said:\n${subgraphs.log()}`);

async function rowsOf(load: Scenario): Promise<readonly Row[]> {
  const questions: Question[] = [];
  for (const body of load.bodies) questions.push({ body, expected: await expectedAnswer(body) });
  const rows = wanted.filter(({ only }) => only?.includes(load.name) ?? true);
  const problems = new Map<string, string>();
  if (rows.some(({ id }) => id === 'floor')) {
    const problem = await layFloor(questions);
    if (problem !== undefined) problems.set('floor', problem);
  }

  const results = new Map<string, Measurement[]>(rows.map(({ id }) => [id, []]));
  for (let run = 0; run < Number(values.runs); run += 1) {
    for (const gateway of rows) {
      if (problems.has(gateway.id)) continue;
      try {
        const result = await withGateway(gateway, setup, cores, (url, pid) =>
          measure(url, pid, statsOrigin, questions, {
            warm: Number(values.warm),
            seconds: Number(values.seconds),
            connections: Number(values.connections),
          }),
        );
        results.get(gateway.id)?.push(result);
        console.error(
          `${load.name} run ${run + 1} ${gateway.id}: ${result.perSecond.toFixed(0)}/s, ${milliseconds(result.cpuPerRequest)} ms CPU, ${result.fetchesPerRequest.toFixed(1)} fetches`,
        );
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error);
        problems.set(gateway.id, problem);
        console.error(`${load.name} run ${run + 1} ${gateway.id}: ${problem}`);
      }
    }
  }
  return rows.map((gateway) => ({
    gateway,
    result: problems.get(gateway.id) ?? medianOf(results.get(gateway.id) ?? []),
  }));
}

/** Writes down what the gateway with the fewest fetches asks the subgraphs; returns why it could not. */
async function layFloor(questions: readonly Question[]): Promise<string | undefined> {
  const teachers = ['ours', 'hive-router', 'ours-apollo'];
  const reasons: string[] = [];
  for (const id of teachers) {
    const teacher = gateways.find((gateway) => gateway.id === id);
    if (teacher === undefined || (teacher.peer && !peersInstalled())) continue;
    try {
      const plans = await withGateway(teacher, setup, cores, async (url) => {
        const entries: [string, unknown][] = [];
        for (const { body, expected } of questions) {
          await askOnce(url, body); // planned, so that planning does not look like waiting
          const waves = await recordFetches(statsOrigin, async () => void (await askOnce(url, body)));
          const sent = waves.map((wave) =>
            wave.map((fetched) => ({ url: urls[fetched.subgraph], body: fetched.body })),
          );
          if (sent.length === 0) throw new Error('nothing was fetched');
          entries.push([body, { waves: sent, answer: expected }]);
        }
        return Object.fromEntries(entries);
      });
      writeFileSync(setup.floorFile, JSON.stringify(plans));
      console.error(`The floor makes the fetches of ${id}.`);
      return undefined;
    } catch (error) {
      reasons.push(`${id}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return reasons.join('; ');
}

function chosen<T>(all: readonly T[], nameOf: (item: T) => string, names: string): readonly T[] {
  return names.split(',').map((name) => {
    const item = all.find((candidate) => nameOf(candidate) === name);
    if (item !== undefined) return item;
    console.error(`There is no "${name}".\n\n${help}`);
    process.exit(2);
  });
}

function composed(): string {
  const result = composeServices(
    subgraphNames.map((name) => ({ name, url: urls[name] ?? '', typeDefs: parse(subgraphSdl[name]) })),
  );
  if (result.errors) throw new Error(result.errors.join('\n'));
  return result.supergraphSdl;
}

function installPeers(): void {
  console.error('Installing the other gateways into bench/peers');
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: peersDir,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) throw new Error('npm ci failed in bench/peers.');
}

function conditions(): string {
  const [cpu] = cpus();
  const where = cores === null ? 'not pinned' : `gateway on core ${cores.gateway}, the rest on ${cores.rest}`;
  return `Node ${process.versions.node}, ${cpus().length} × ${cpu?.model ?? 'unknown'}, ${where}; ${values.connections} connections, ${values.seconds} s after ${values.warm} s of warming, median of ${values.runs} interleaved runs.\n`;
}

/** Draws the rows of a load; returns the Markdown that shows it. */
function writeChart({ name, what }: Scenario, rows: readonly Row[]): string {
  mkdirSync(join(rootDir, 'docs/charts'), { recursive: true });
  writeFileSync(join(rootDir, `docs/charts/${name}.svg`), chartOf(`${name}: CPU milliseconds per request`, rows));
  return `![CPU milliseconds per request: ${what}](charts/${name}.svg)\n`;
}
