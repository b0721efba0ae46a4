import { describe, expect, test } from '@jest/globals';
import { DomainError } from '@supergraph/errors';
import { given } from './index.ts';

type Event = Readonly<{ type: 'Opened' | 'Closed' }>;
const door = {
  initialState: (): 'closed' | 'open' => 'closed',
  decide: (command: 'open' | 'break', state: 'closed' | 'open'): readonly Event[] => {
    if (command === 'break') throw new TypeError('a bug');
    if (state === 'open') throw new DomainError('BAD_REQUEST', 'It is open.');
    return [{ type: 'Opened' }];
  },
  evolve: (_: 'closed' | 'open', event: Event): 'closed' | 'open' => (event.type === 'Opened' ? 'open' : 'closed'),
};

describe('given, when, then', () => {
  test('compares what follows from the history', () => {
    given(door)().when('open').then({ type: 'Opened' });
    given(door)({ type: 'Opened' }, { type: 'Closed' }).when('open').then({ type: 'Opened' });
    expect(() => given(door)().when('open').then({ type: 'Closed' })).toThrow();
    expect(() => given(door)().when('open').then()).toThrow();
  });

  test('expects a refusal by its code', () => {
    given(door)({ type: 'Opened' }).when('open').thenFails('BAD_REQUEST');
    expect(() => given(door)({ type: 'Opened' }).when('open').thenFails('FORBIDDEN')).toThrow();
    expect(() => given(door)().when('open').thenFails('BAD_REQUEST')).toThrow('The command was accepted');
  });

  test('a bug is not a refusal', () => {
    expect(() => given(door)().when('break').thenFails('BAD_REQUEST')).toThrow(TypeError);
  });
});
