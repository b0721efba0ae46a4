/**
 * A decision, told in three pure functions: no clock, no ids, no I/O inside; what it needs of these comes
 * in with the command, because a version conflict runs it again.
 */
export type Decider<State, Command, Event> = Readonly<{
  initialState: () => State;
  /**
   * What follows from a command: events, or none when it is so already.
   * @throws DomainError when a rule is broken.
   */
  decide: (command: Command, state: State) => readonly Event[];
  /** What an event means for the state. Believes every event, never throws. */
  evolve: (state: State, event: Event) => State;
}>;
