import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { readOptions } from './readOptions.ts';

const help = 'Usage: npm run thing';
const options = { name: { type: 'string' }, fresh: { type: 'boolean' } } as const;
let said: string[];
beforeEach(() => {
  said = [];
  for (const stream of ['stdout', 'stderr'] as const)
    jest.spyOn(process[stream], 'write').mockImplementation((text) => said.push(`${stream}: ${String(text)}`) > 0);
});
afterEach(() => {
  jest.restoreAllMocks();
  process.exitCode = undefined;
});

describe('the options of a command', () => {
  test('are read', () => {
    expect(readOptions(options, help, ['--name', 'x'])).toEqual({ name: 'x' });
    expect(said).toEqual([]);
  });

  test.each([[['--nonsense']], [['nonsense']], [['--name']], [['--fresh=x']]])(
    'that are wrong (%j) are told with the help, not with a stack, and end with 2',
    (args) => {
      expect(readOptions(options, help, args)).toBeNull();
      expect(said).toEqual([expect.stringMatching(/^stderr: .+\n\nUsage: npm run thing\n$/s)]);
      expect(said[0]).not.toContain('    at ');
      expect(process.exitCode).toBe(2);
    },
  );

  test('may be asked for', () => {
    expect(readOptions(options, help, ['--help'])).toBeNull();
    expect(said).toEqual([`stdout: ${help}\n`]);
    expect(process.exitCode).toBeUndefined();
  });
});
