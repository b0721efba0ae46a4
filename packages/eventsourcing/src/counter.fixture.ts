import type { DomainEvent } from '@supergraph/events';
import type { Decider } from './decider.ts';

/** The smallest aggregate that has a rule: a counter that never goes below zero. */
export type CounterEvent = DomainEvent<'Counted', { by: number }> | DomainEvent<'Reset', Record<string, never>>;
export type CounterState = Readonly<{ value: number }>;
export type CounterCommand = Readonly<{ type: 'Count'; by: number }> | Readonly<{ type: 'Reset' }>;

export const counter: Decider<CounterState, CounterCommand, CounterEvent> = {
  initialState: () => ({ value: 0 }),
  decide: (command, { value }) => {
    if (command.type === 'Reset') return value === 0 ? [] : [{ type: 'Reset', data: {} }];
    if (value + command.by < 0) throw new RangeError('A counter never goes below zero.');
    return [{ type: 'Counted', data: { by: command.by } }];
  },
  evolve: ({ value }, event) => ({ value: event.type === 'Reset' ? 0 : value + event.data.by }),
};
