import { describe, expect, test } from '@jest/globals';
import { alarmOf } from './serviceLog.ts';

describe('what of a log is shown on the terminal', () => {
  test.each([
    ['{"level":40,"msg":"slow"}', 'warn: slow'],
    ['{"level":50,"msg":"lost","err":{"message":"ECONNREFUSED"}}', 'error: lost: ECONNREFUSED'],
    ['{"level":60,"msg":"could not start"}', 'fatal: could not start'],
    ['{"level":30,"msg":"request"}', undefined],
    ['Ready at http://localhost', undefined],
    ['', undefined],
  ])('of %s', (line, shown) => {
    expect(alarmOf(line, 'stdout')).toBe(shown);
  });

  test('plain text is shown when it came as an error, except what Node says of itself', () => {
    expect(alarmOf('SyntaxError: Unexpected token', 'stderr')).toBe('SyntaxError: Unexpected token');
    expect(alarmOf('(node:42) ExperimentalWarning: something', 'stderr')).toBeUndefined();
  });
});
