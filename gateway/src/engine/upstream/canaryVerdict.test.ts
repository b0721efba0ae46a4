import { describe, expect, test } from '@jest/globals';
import { createTally, judgeCanary } from './canaryVerdict.ts';
import { upstreamConfig } from './upstreamConfig.ts';

const settings = upstreamConfig.parse({ subgraphs: { a: { canary: { url: 'http://a' } } } }).subgraphs['a']?.canary;

const figures = (errorRate: number, p95Ms: number | undefined, requests = 100) => ({ requests, errorRate, p95Ms });

describe('a canary with twice the errors, 1.5 times the p95, and 1 % or 50 ms forgiven', () => {
  test.each([
    ['as good', figures(0, 20), figures(0, 20), null],
    ['1 % of errors where there were none', figures(0.01, 20), figures(0, 20), null],
    ['2 % of errors where there were none', figures(0.02, 20), figures(0, 20), 'errors'],
    ['twice the errors', figures(0.1, 20), figures(0.05, 20), null],
    ['more than twice the errors', figures(0.11, 20), figures(0.05, 20), 'errors'],
    ['three times a short p95', figures(0, 60), figures(0, 20), null],
    ['50 ms more than a short p95', figures(0, 70), figures(0, 20), null],
    ['51 ms more than a short p95', figures(0, 71), figures(0, 20), 'latency'],
    ['100 ms more than a long p95', figures(0, 1100), figures(0, 1000), null],
    ['1.6 times a long p95', figures(0, 1600), figures(0, 1000), 'latency'],
    ['no good answer yet, and no error too many', figures(0.5, undefined), figures(0.5, 20), null],
    ['too few requests', figures(1, 20, 99), figures(0, 20), null],
    ['nothing to compare with', figures(1, 20), figures(0, 20, 99), null],
  ])('%s', (_, canary, stable, expected) => {
    if (settings === undefined) throw new Error('The settings are missing.');
    expect(judgeCanary(canary, stable, settings)).toBe(expected);
  });
});

test('a tally knows the last requests only, and no latency of failures', () => {
  const { add, figures: now } = createTally(4);
  expect(now()).toEqual({ requests: 0, errorRate: 0, p95Ms: undefined });
  add(true, 1000);
  add(true, 1000);
  add(false, 10);
  expect(now()).toEqual({ requests: 3, errorRate: 2 / 3, p95Ms: 10 });
  for (const ms of [20, 30, 40]) add(false, ms);
  expect(now()).toEqual({ requests: 4, errorRate: 0, p95Ms: 40 });
});
