import { describe, expect, test } from '@jest/globals';
import { parseIdentityCommand } from './commandLine.ts';

const parse = (line: string) => parseIdentityCommand(line.split(' ').filter((word) => word !== ''));

test.each<[string, object]>([
  ['clients list', { name: 'clients list' }],
  ['clients register partner.json', { name: 'clients register', file: 'partner.json' }],
  ['clients rotate-secret depot', { name: 'clients rotate-secret', id: 'depot', overlapSeconds: 86_400 }],
  ['clients rotate-secret depot --overlap 0', { name: 'clients rotate-secret', id: 'depot', overlapSeconds: 0 }],
  ['clients disable depot', { name: 'clients disable', id: 'depot' }],
  ['clients enable depot', { name: 'clients enable', id: 'depot' }],
  ['keys list', { name: 'keys list' }],
  ['keys rotate', { name: 'keys rotate' }],
  ['keys withdraw k1', { name: 'keys withdraw', kid: 'k1' }],
  ['audit', { name: 'audit', subject: null, limit: 50 }],
  ['audit depot --limit 5', { name: 'audit', subject: 'depot', limit: 5 }],
])('"%s" is understood', (line, run) => expect(parse(line)).toEqual({ run }));

describe('a command line that is wrong is answered with what is wrong and the help, and nothing is done:', () => {
  test.each([
    ['', 'Which command?'],
    ['client list', 'There is no command client list.'],
    ['clients', 'There is no command clients.'],
    ['clients delete depot', 'There is no command clients delete.'],
    ['clients register', 'clients register needs one FILE.'],
    ['clients disable', 'clients disable needs one ID.'],
    ['clients disable depot kiosk', 'clients disable needs one ID.'],
    ['keys withdraw', 'keys withdraw needs one KID.'],
    ['keys list k1', 'keys list takes no k1.'],
    ['audit depot kiosk', 'audit takes one ID at most.'],
    ['audit --limit many', '--limit must be a whole number.'],
    ['clients rotate-secret depot --overlap a-day', '--overlap must be a whole number of seconds.'],
    ['clients disable depot --overlap 60', '--overlap is for clients rotate-secret.'],
    ['keys list --limit 5', '--limit is for audit.'],
    ['keys list --all', "Unknown option '--all'"],
  ])('"%s"', (line, problem) => {
    const parsed = parse(line);
    expect(parsed).toMatchObject({ exitCode: 2, print: expect.stringContaining('Usage: npm run identity') });
    expect('print' in parsed && parsed.print.split('\n')[0]).toContain(problem);
  });
});

test('help is no mistake, whatever else is there', () => {
  expect(parse('clients disable --help')).toMatchObject({ exitCode: 0, print: expect.stringMatching(/^Usage:/) });
});
