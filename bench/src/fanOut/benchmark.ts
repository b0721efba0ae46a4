import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { peersInstalled } from '../federation/gateways.ts';
import { divideCores } from '../federation/processes.ts';
import { treeUsage } from '../processUsage.ts';
import { writeSection } from '../writeSection.ts';
import { startClients, type Clients } from './clients.ts';
import { probeAt, publishAt, startBare, startHive, startOurs, type Contender, type Ground } from './contenders.ts';
import { deliver, middleDelivery, type Delivery } from './deliver.ts';
import { heapOf } from './heapOf.ts';
import { measureRealOrders } from './realOrders.ts';
import { measureSlowReader, slowReaderText } from './slowReader.ts';

const help = `Usage: npm run bench:fan-out [-- options]

One event to many subscribers, and events of many topics to one subscriber each: this gateway beside a bare server on ws
that sends the same bytes, and beside Hive Gateway. Then what a reader of one byte a second costs the others, and the
time from the database to the clients with the orders of npm start. It reports; it asserts nothing.

  --parts a,b        same, own, slow, orders (default all)
  --clients N        subscribers to the same (default 10000; each needs a file descriptor at both ends)
  --events N         events of a burst (default 50)
  --peer-events N    the same for Hive Gateway, which takes longer (default 5)
  --rounds N         bursts of each, in turn; the table has their medians (default 5)
  --slow-rounds N    rounds with and without a slow reader (default 5)
  --orders N         orders that are followed (default 300)
  --no-peers         without Hive Gateway; it is installed by bench:federation
  --write            put the results into docs/benchmarks.md as well
  --help             print this
`;
const { values } = parseArgs({
  options: {
    parts: { type: 'string', default: 'same,own,slow,orders' },
    clients: { type: 'string', default: '10000' },
    events: { type: 'string', default: '50' },
    'peer-events': { type: 'string', default: '5' },
    rounds: { type: 'string', default: '5' },
    'slow-rounds': { type: 'string', default: '5' },
    orders: { type: 'string', default: '300' },
    'no-peers': { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(help);
  process.exit(0);
}
const parts = values.parts.split(',');
const total = Number(values.clients);
const rounds = Number(values.rounds);
const withPeer = !values['no-peers'] && peersInstalled();
if (!withPeer && !values['no-peers'])
  console.error('Hive Gateway is not installed: npm run bench:federation -- --help says how.');

// First, for its services need every core.
const ofOrders = parts.includes('orders') ? await realOrders() : null;
const cores = divideCores();
const folder = mkdtempSync(join(tmpdir(), 'fan-out-'));
const ground: Ground = { core: cores?.gateway ?? null, folder };
const lines: string[] = [];
const say = (text: string): void => {
  console.log(text);
  lines.push(text);
};

const where = cores === null ? 'not pinned' : `server on core ${cores.gateway}, the rest on ${cores.rest}`;
say(`Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${where}.\n`);
try {
  const starts = [startBare, startOurs, ...(withPeer ? [startHive] : [])];
  if (parts.includes('same')) await withContenders(starts, identical);
  if (parts.includes('own')) await withContenders(starts, ownTopics);
  // A mailbox that overflows within a round.
  if (parts.includes('slow')) await withContenders([(on) => startOurs(on, 200)], besideSlowReader);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (ofOrders !== null) say(ofOrders);
if (values.write) writeSection('fan-out', lines.join('\n'));

async function realOrders(): Promise<string> {
  const perSecond = 10;
  const { orders, events, p50, p99 } = await measureRealOrders({ orders: Number(values.orders), perSecond });
  return (
    `### From the database to the clients\n\n${orders} subscribers to ${orders} orders of \`npm start\`, ${perSecond} ` +
    `cancelled a second: ${events} events, from their row in PostgreSQL through Kafka, Redis, orders and the gateway to ` +
    `the client p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms.\n`
  );
}

async function withContenders(
  starts: readonly ((ground: Ground) => Promise<Contender>)[],
  work: (contenders: readonly Contender[]) => Promise<void>,
): Promise<void> {
  const contenders: Contender[] = [];
  try {
    for (const begin of starts) contenders.push(await begin(ground));
    await work(contenders);
  } finally {
    for (const { stop } of contenders) await stop();
  }
}

async function identical(contenders: readonly Contender[]): Promise<void> {
  const rows = await measured(contenders, 'same', total, ({ name }) => {
    const count = Number(name.startsWith('Hive') ? values['peer-events'] : values.events);
    return { expected: total * count, query: { count } };
  });
  say(`### One event to ${total} identical subscribers\n\n${tableOf(rows)}\n`);
}

async function ownTopics(contenders: readonly Contender[]): Promise<void> {
  const count = Math.min(total, 2_000);
  const rows = await measured(contenders, 'own', count, () => ({ expected: count, query: { topics: count } }));
  say(`### ${count} subscribers to ${count} topics, one event of each at once\n\n${tableOf(rows)}\n`);
}

async function besideSlowReader([ours]: readonly Contender[]): Promise<void> {
  if (ours === undefined) return;
  const options = { readers: 1_000, rounds: Number(values['slow-rounds']), events: 250, everyMs: 40 };
  const result = await measureSlowReader(ours, options);
  say(`### A reader of one byte a second\n\n${slowReaderText(result, options)}\n`);
}

type Row = Readonly<{ name: string; burst: Delivery; calm: Delivery | null; kilobytes: number; heap: number | null }>;

/** Bursts of each contender in turn, all of them with their subscribers connected; then one event a second. */
async function measured(
  contenders: readonly Contender[],
  topics: 'same' | 'own',
  count: number,
  burst: (contender: Contender) => { expected: number; query: Readonly<Record<string, number>> },
): Promise<readonly Row[]> {
  const entries: {
    contender: Contender;
    clients: Clients;
    runs: Delivery[];
    kilobytes: number;
    heap: number | null;
  }[] = [];
  try {
    for (const contender of contenders) {
      const { pid } = contender.running;
      const before = { memory: treeUsage(pid).residentMiB, heap: await heapOf(contender.metricsPort) };
      const clients = await startClients({ port: contender.port, total: count, topics, probe: probeAt(contender) });
      const heap = await heapOf(contender.metricsPort);
      entries.push({
        contender,
        clients,
        runs: [],
        kilobytes: ((treeUsage(pid).residentMiB - before.memory) * 1_048.576) / count,
        heap: heap === null || before.heap === null ? null : (heap - before.heap) / count / 1_000,
      });
      console.error(`${contender.name}: ${count} subscribers`);
    }
    // The first round warms up.
    for (let n = 0; n <= rounds; n += 1)
      for (const { contender, clients, runs } of entries) {
        const { expected, query } = burst(contender);
        const run = await deliver(contender, clients, expected, () => publishAt(contender)(query));
        if (n > 0) runs.push(run);
        console.error(`${contender.name} round ${n}: ${run.perSecond.toFixed(0)}/s, ${run.cpuPerEvent.toFixed(1)} µs`);
        await pause(200);
      }
    const rows: Row[] = [];
    for (const { contender, clients, runs, kilobytes, heap } of entries) {
      const calm =
        topics === 'own'
          ? null
          : await deliver(contender, clients, count * 5, async () => {
              for (let n = 0; n < 5; n += 1) {
                await publishAt(contender)({});
                await pause(1_000);
              }
            });
      rows.push({ name: contender.name, burst: middleDelivery(runs), calm, kilobytes, heap });
    }
    return rows;
  } finally {
    for (const { clients } of entries) await clients.stop();
    await pause(1_000);
  }
}

function tableOf(rows: readonly Row[]): string {
  const [first] = rows;
  const lines = rows.map(({ name, burst, calm, kilobytes, heap }) => {
    const share = first === undefined ? '' : `${((100 * burst.perSecond) / first.burst.perSecond).toFixed(0)} %`;
    const cells = [
      ...[name, burst.perSecond.toFixed(0), share, burst.cpuPerEvent.toFixed(1)],
      ...[burst.p50.toFixed(0), burst.p99.toFixed(0), calm?.p50.toFixed(1) ?? '', calm?.p99.toFixed(1) ?? ''],
      ...[kilobytes.toFixed(1), heap?.toFixed(1) ?? ''],
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '| server | events/s | of the bare server | CPU µs/event | burst p50 ms | burst p99 ms | one a second p50 ms | p99 ms | kB/connection | of it heap |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...lines,
  ].join('\n');
}
