import assert from 'node:assert/strict';
import { DomainError, type ErrorCode } from '@supergraph/errors';
import type { Decider } from '@supergraph/eventsourcing';

export type Given<Command, Event> = (
  ...history: readonly Event[]
) => Readonly<{ when: (command: Command) => Outcome<Event> }>;

export type Outcome<Event> = Readonly<{
  /** Exactly these events follow, in this order. */
  then(...events: readonly Event[]): void;
  /** The command is refused with this code. */
  thenFails(code: ErrorCode): void;
}>;

/**
 * A decision told as history: `given(order)(placed, cancelled).when(confirm).thenFails('ORDER_NOT_PAYABLE')`.
 * (A `then` that is never awaited: an outcome is not a promise.)
 */
export const given =
  <State, Command, Event>(decider: Decider<State, Command, Event>): Given<Command, Event> =>
  (...history) => ({
    when: (command) => {
      const decide = (): readonly Event[] =>
        decider.decide(command, history.reduce(decider.evolve, decider.initialState()));
      return {
        then: (...events) => assert.deepEqual(decide(), events),
        thenFails: (code) => {
          const error = thrownBy(decide);
          if (!(error instanceof DomainError)) throw error;
          assert.equal(error.code, code);
        },
      };
    },
  });

const thrownBy = (decide: () => unknown): unknown => {
  let events: unknown;
  try {
    events = decide();
  } catch (error) {
    return error;
  }
  return new assert.AssertionError({ message: `The command was accepted: ${JSON.stringify(events)}` });
};
