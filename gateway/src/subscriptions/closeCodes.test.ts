import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { closeCodes } from './closeCodes.ts';
import { subscriptionsConfig } from './subscriptionsConfig.ts';

const page = readFileSync(new URL('../../../docs/subscriptions.md', import.meta.url), 'utf8');
const rows = (heading: string): string[][] =>
  (page.split(`## ${heading}`)[1]?.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('|') && !line.includes('---'))
    .slice(1)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );

test('every close code is documented, with what clients do about it', () => {
  const documented = rows('Close codes of a WebSocket').map(([code, reason, retry]) => ({
    code: Number(code),
    reason,
    retry: retry === 'yes',
  }));
  expect(documented).toEqual(Object.values(closeCodes));
});

test('every limit is documented, with its default', () => {
  const documented = rows('Limits').map(([name, value]) => [
    name,
    value === 'none' ? [] : Number(value?.replaceAll(',', '')),
  ]);
  expect(documented).toEqual(Object.entries(subscriptionsConfig.parse({})));
});
