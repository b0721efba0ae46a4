import { setTimeout as pause } from 'node:timers/promises';
import { treeUsage } from '../processUsage.ts';
import type { Clients } from './clients.ts';
import type { Contender } from './contenders.ts';
import { now } from './event.ts';

/** How events reached their subscribers. Times in milliseconds from publication, CPU in microseconds. */
export type Delivery = Readonly<{ perSecond: number; p50: number; p99: number; cpuPerEvent: number }>;

const patienceMs = 120_000;

/**
 * Publishes, and waits until everything has arrived.
 *
 * @throws when it does not: what was lost is no result
 */
export const deliver = async (
  { running }: Contender,
  clients: Clients,
  expected: number,
  publish: () => Promise<void>,
): Promise<Delivery> => {
  await clients.times();
  const before = treeUsage(running.pid).cpuSeconds;
  const beganAt = now();
  await publish();
  const deadline = Date.now() + patienceMs;
  // Asked rarely: the subscribers have better things to do.
  for (let count = 0; count < expected; { count } = await clients.count()) {
    if (Date.now() > deadline) throw new Error(`${count} of ${expected} events have arrived. ${running.log()}`);
    await pause(250);
  }
  const cpuSeconds = treeUsage(running.pid).cpuSeconds - before;
  const { p50, p99, lastAt } = await clients.times();
  return {
    perSecond: (expected * 1_000) / ((lastAt ?? Number.NaN) - beganAt),
    p50: p50 ?? Number.NaN,
    p99: p99 ?? Number.NaN,
    cpuPerEvent: (cpuSeconds * 1_000_000) / expected,
  };
};

export const middleOf = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return ((sorted[(sorted.length - 1) >> 1] ?? Number.NaN) + (sorted[sorted.length >> 1] ?? Number.NaN)) / 2;
};

/** The middle of several runs, column by column. */
export const middleDelivery = (runs: readonly Delivery[]): Delivery => {
  const of = (column: keyof Delivery): number => middleOf(runs.map((run) => run[column]));
  return { perSecond: of('perSecond'), p50: of('p50'), p99: of('p99'), cpuPerEvent: of('cpuPerEvent') };
};
