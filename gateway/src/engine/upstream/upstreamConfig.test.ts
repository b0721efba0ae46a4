import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { policyOf, upstreamConfig } from './upstreamConfig.ts';

describe('the configuration of subgraph requests', () => {
  test('has the numbers of the architecture document when nothing is said', () => {
    const policy = policyOf(upstreamConfig.parse({}), 'orders');
    expect(policy.circuitBreaker).toMatchObject({ consecutiveFailures: 5, openSeconds: 30 });
    expect(policy.retry).toMatchObject({ attempts: 3, deadlineSeconds: 60, idempotentMutations: [] });
    expect(policy.hedge).toBeNull();
    expect(policy.canary).toBeNull();
  });

  test('a section that is named for a subgraph stands instead of the general one', () => {
    const config = upstreamConfig.parse({
      circuitBreaker: { consecutiveFailures: 9, openSeconds: 9 },
      subgraphs: { orders: { circuitBreaker: { openSeconds: 1 }, retry: { enabled: false } } },
    });
    expect(policyOf(config, 'orders').circuitBreaker).toMatchObject({ consecutiveFailures: 5, openSeconds: 1 });
    expect(policyOf(config, 'orders').retry).toBeNull();
    expect(policyOf(config, 'users').circuitBreaker).toMatchObject({ consecutiveFailures: 9, openSeconds: 9 });
    expect(policyOf(config, 'toString').circuitBreaker).toMatchObject({ consecutiveFailures: 9 });
  });

  test.each([
    ['a name that does not exist', { retries: {} }, 'Unrecognized key'],
    ['more than three retries', { retry: { attempts: 4 } }, 'expected number to be <=3'],
    ['a canary without a url', { subgraphs: { orders: { canary: { weight: 1 } } } }, 'expected string'],
    ['a weight over 100', { subgraphs: { orders: { canary: { url: 'http://a', weight: 101 } } } }, '<=100'],
    [
      'a comparison that can never be made',
      { subgraphs: { orders: { canary: { url: 'http://a', window: 50, minimumRequests: 51 } } } },
      'must not be more than the window',
    ],
  ])('%s is refused', (_, given, message) => {
    expect(() => upstreamConfig.parse(given)).toThrow(message);
  });

  test('every setting and its default is in the documentation', () => {
    const documented = readFileSync(new URL('../../../../docs/configuration.md', import.meta.url), 'utf8');
    const { subgraphs, ...general } = upstreamConfig.parse({ subgraphs: { orders: { canary: { url: 'http://a' } } } });
    for (const [section, settings] of Object.entries({ ...general, canary: subgraphs['orders']?.canary ?? {} })) {
      for (const [name, value] of Object.entries(settings)) {
        if (name !== 'url') expect(documented).toMatch(rowOf(`${section}.${name}`, value));
      }
    }
  });
});

const rowOf = (name: string, value: unknown): RegExp =>
  new RegExp(`^\\| \`${name.replaceAll('.', '\\.')}\` +\\| ${words(value).replaceAll('.', '\\.')} +\\|`, 'm');

const words = (value: unknown): string =>
  Array.isArray(value) ? (value.length === 0 ? 'none' : value.map((code) => `\`${code}\``).join(', ')) : String(value);
