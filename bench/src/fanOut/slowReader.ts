import { setTimeout as pause } from 'node:timers/promises';
import { startClients } from './clients.ts';
import { probeAt, publishAt, type Contender } from './contenders.ts';
import { deliver, middleOf } from './deliver.ts';

/** What one reader of a byte a second costs the others. Times in milliseconds. */
export type SlowReaderResult = Readonly<{
  without: readonly number[];
  beside: readonly number[];
  /** In how many rounds its mailbox overflowed and it was closed. */
  overflowed: number;
}>;

export type SlowReaderOptions = Readonly<{ readers: number; rounds: number; events: number; everyMs: number }>;

/**
 * Rounds with and without a slow reader among the others, in turn, each with connections of its own; the p99 of the
 * others in each. The first pair warms up and is not counted.
 */
export const measureSlowReader = async (
  contender: Contender,
  { readers, rounds, events, everyMs }: SlowReaderOptions,
): Promise<SlowReaderResult> => {
  const publish = publishAt(contender);
  let overflowed = 0;
  const round = async (slow: number): Promise<number> => {
    const clients = await startClients({
      ...{ port: contender.port, total: readers, topics: 'same', slow },
      probe: probeAt(contender),
    });
    try {
      // What the system takes for a slow one, so that from now on its mailbox fills; the same for all in both kinds of
      // round, and time to have it behind them.
      await publish({ topics: 1, count: 100, bytes: 40_000 });
      await pause(4_000);
      const before = await subscriptionsOf(contender);
      const { p99 } = await deliver(contender, clients, (readers - slow) * events, async () => {
        for (let n = 0; n < events; n += 1) {
          await publish({});
          await pause(everyMs);
        }
      });
      if ((await subscriptionsOf(contender)) < before) overflowed += 1;
      return p99;
    } finally {
      await clients.stop();
      await pause(500);
    }
  };
  const without: number[] = [];
  const beside: number[] = [];
  for (let n = 0; n <= rounds; n += 1) {
    // In turn which comes first: what the machine does meanwhile hits both.
    const order = n % 2 === 0 ? [0, 1] : [1, 0];
    for (const slow of order) {
      const p99 = await round(slow);
      if (n > 0) (slow === 0 ? without : beside).push(p99);
      else overflowed = 0;
    }
  }
  return { without, beside, overflowed };
};

/** As a sentence. */
export const slowReaderText = (
  { without, beside, overflowed }: SlowReaderResult,
  { readers, events, everyMs }: SlowReaderOptions,
): string => {
  const [alone, together] = [middleOf(without), middleOf(beside)];
  const list = (values: readonly number[]): string => values.map((value) => value.toFixed(1)).join(', ');
  const change = ((together / alone - 1) * 100).toFixed(0);
  return (
    `${readers} subscribers, ${events} events, one every ${everyMs} ms; p99 of the others in ` +
    `${without.length} alternating rounds: ${list(without)} ms without, ${list(beside)} ms beside a reader of one byte a ` +
    `second, whose mailbox overflowed in ${overflowed} of them. Medians ${alone.toFixed(1)} and ${together.toFixed(1)} ms: ` +
    `${change} %.`
  );
};

const subscriptionsOf = async ({ metricsPort }: Contender): Promise<number> => {
  const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  return Number(/^gateway_subscriptions(?:\{.*\})? (\S+)$/m.exec(text)?.[1]);
};
