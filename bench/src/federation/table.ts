import type { Gateway } from './gateways.ts';
import type { Measurement } from './measure.ts';
import type { Scenario } from './scenarios.ts';

/** A gateway with the middle of its runs, or why there is none. */
export type Row = Readonly<{ gateway: Gateway; result: Measurement | string }>;

/** The Markdown of one load. */
export function tableOf(scenario: Scenario, rows: readonly Row[]): string {
  const vanilla = rows.find(({ gateway }) => gateway.id === 'apollo')?.result;
  const reference = vanilla === undefined || typeof vanilla === 'string' ? undefined : vanilla.cpuPerRequest;
  const lines = rows.map(({ gateway, result }) => {
    const name = `${gateway.name} | ${gateway.sharing}`;
    if (typeof result === 'string') return `| ${name} | ${oneLine(result)} | | | | | | |`;
    const share = reference === undefined ? '' : `1/${(reference / result.cpuPerRequest).toFixed(1)}`;
    return `| ${name} | ${result.perSecond.toFixed(0)} | ${result.p50.toFixed(1)} | ${result.p99.toFixed(1)} | ${milliseconds(result.cpuPerRequest)} | ${share} | ${result.fetchesPerRequest.toFixed(1)} | ${result.memory.toFixed(0)} |`;
  });
  return [
    `### ${scenario.name}: ${scenario.what}`,
    '',
    '| gateway | shared in flight | requests/s | p50 ms | p99 ms | CPU ms/request | CPU of `@apollo/gateway` | fetches/request | memory MiB |',
    '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...lines,
    '',
  ].join('\n');
}

/** What is compared with something that costs as little needs another digit. */
export const milliseconds = (value: number): string => value.toFixed(value < 0.2 ? 3 : 2);

const oneLine = (text: string): string => text.replaceAll(/[|\s]+/g, ' ').slice(0, 120);
