import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { orderLoad, readLoad, type LoadResult } from './load.ts';
import { placedToPaid } from './placedToPaid.ts';
import { platformUsage } from './processUsage.ts';
import { runningPlatform } from './runningPlatform.ts';
import { customerTokens, stockedOffers } from './shop.ts';

const help = `Usage: npm run bench:storefront [-- options]

Mixed reads and orders through the gateway of npm start (started when it does not run), on this machine. It reports;
it asserts nothing.

  --seconds N      how long each run lasts (default 20)
  --readers N      connections that read (default 16)
  --buyers N       connections that place orders (default 4)
  --help           print this
`;
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    readers: { type: 'string', default: '16' },
    buyers: { type: 'string', default: '4' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(help);
  process.exit(0);
}

const platform = await runningPlatform();
try {
  const { url } = platform;
  const tokens = await customerTokens(url);
  const [token = ''] = tokens;
  const offers = await stockedOffers(url);
  const [offer] = offers;
  if (offer === undefined) throw new Error('The shop is empty: npm start -- --fresh loads the demo data.');
  const seconds = Number(values.seconds);
  const kind = { url, tokens, offers };

  console.log(`storefront on ${cpus().length} cores, Node ${process.versions.node}; ${seconds} s a run`);
  if (platform.readySeconds !== null) console.log(`npm start was ready after ${platform.readySeconds.toFixed(1)} s`);
  await readLoad({ ...kind, seconds: 3, connections: 4 }); // warm
  await orderLoad({ ...kind, seconds: 3, connections: 2 });

  const quiet = await placedToPaid({ url, token, offer, orders: 30 });
  console.log(`placed to paid, one at a time: ${percentiles(quiet)}`);

  const before = platformUsage();
  const began = performance.now();
  const [read, ordered] = await Promise.all([
    readLoad({ ...kind, seconds, connections: Number(values.readers) }),
    orderLoad({ ...kind, seconds, connections: Number(values.buyers) }),
  ]);
  const elapsed = (performance.now() - began) / 1_000;
  const after = platformUsage();
  console.log(`reads:  ${line(read)}`);
  console.log(`orders: ${line(ordered)}`);
  console.log(`placed to paid, right after: ${percentiles(await placedToPaid({ url, token, offer, orders: 10 }))}`);

  const requests = read.requests + ordered.requests;
  console.log('\nprocess          CPU ms/request   cores   memory MiB');
  let memory = 0;
  for (const [name, { cpuSeconds, residentMiB }] of after) {
    const used = cpuSeconds - (before.get(name)?.cpuSeconds ?? 0);
    memory += residentMiB;
    console.log(
      `${name.padEnd(16)} ${((used * 1_000) / requests).toFixed(2).padStart(14)} ${(used / elapsed).toFixed(2).padStart(7)} ${residentMiB.toFixed(0).padStart(12)}`,
    );
  }
  console.log(`${'all'.padEnd(39)} ${memory.toFixed(0).padStart(12)}`);
} finally {
  await platform.stop();
}

function line({ requests, perSecond, p50, p99, failed }: LoadResult): string {
  return `${perSecond.toFixed(0)}/s (${requests} in all, ${failed} failed), p50 ${p50} ms, p99 ${p99} ms`;
}

function percentiles(times: readonly number[]): string {
  const at = (share: number): string =>
    (times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(0);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms of ${times.length}`;
}
