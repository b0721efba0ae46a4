import { setTimeout as pause } from 'node:timers/promises';
import { treeUsage } from '../processUsage.ts';
import { createClosedLoop, type Question } from './closedLoop.ts';
import type { Gateway, Setup } from './gateways.ts';
import { start, untilReady, type Cores } from './processes.ts';
import { countFetches } from './subgraphStats.ts';

/** One run of one gateway under one load. Times in milliseconds, memory in MiB. */
export type Measurement = Readonly<{
  perSecond: number;
  p50: number;
  p99: number;
  cpuPerRequest: number;
  fetchesPerRequest: number;
  memory: number;
}>;

/** Seconds that each phase lasts. */
export type Phases = Readonly<{ warm: number; seconds: number; connections: number }>;

/** Sends one body and returns the answer's text. */
export const askOnce = async (url: string, body: string): Promise<string> => {
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  return (await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(10_000) })).text();
};

/** Starts a gateway, does something with its address, and stops it. */
export async function withGateway<T>(
  gateway: Gateway,
  setup: Setup,
  cores: Cores,
  work: (url: string, pid: number) => Promise<T>,
): Promise<T> {
  const running = start(gateway.args(setup), cores?.gateway ?? null);
  try {
    const url = `http://127.0.0.1:${setup.port}${gateway.path}`;
    // Every load has users or products; the floor knows no other question and says so, which is an answer.
    await untilReady(running, async () => (await askOnce(url, '{"query":"{ __typename }"}')) !== '');
    return await work(url, running.pid);
  } finally {
    await running.stop();
  }
}

/**
 * Warms the gateway and measures it.
 *
 * @throws when an answer is wrong or missing: a fast wrong answer is not a result
 */
export async function measure(
  url: string,
  pid: number,
  statsOrigin: string,
  questions: readonly Question[],
  { warm, seconds, connections }: Phases,
): Promise<Measurement> {
  const loop = createClosedLoop(url, connections, questions);
  try {
    const warmed = await loop.run(warm);
    if (warmed.wrong[0] !== undefined) throw new Error(`${warmed.wrong.length} wrong answers: ${warmed.wrong[0]}`);
    await pause(200);
    const before = { usage: treeUsage(pid), fetches: await countFetches(statsOrigin) };
    const result = await loop.run(seconds);
    const after = { usage: treeUsage(pid), fetches: await countFetches(statsOrigin) };
    if (result.wrong[0] !== undefined) throw new Error(`${result.wrong.length} wrong answers: ${result.wrong[0]}`);
    return {
      perSecond: result.requests / result.seconds,
      p50: result.p50,
      p99: result.p99,
      cpuPerRequest: ((after.usage.cpuSeconds - before.usage.cpuSeconds) * 1_000) / result.requests,
      fetchesPerRequest: (after.fetches - before.fetches) / result.requests,
      memory: after.usage.residentMiB,
    };
  } finally {
    await loop.close();
  }
}

/** The middle of several runs, column by column. */
export const medianOf = (runs: readonly Measurement[]): Measurement => {
  const middle = (column: keyof Measurement): number => {
    const sorted = runs.map((run) => run[column]).toSorted((a, b) => a - b);
    return ((sorted[(sorted.length - 1) >> 1] ?? Number.NaN) + (sorted[sorted.length >> 1] ?? Number.NaN)) / 2;
  };
  return {
    perSecond: middle('perSecond'),
    p50: middle('p50'),
    p99: middle('p99'),
    cpuPerRequest: middle('cpuPerRequest'),
    fetchesPerRequest: middle('fetchesPerRequest'),
    memory: middle('memory'),
  };
};
