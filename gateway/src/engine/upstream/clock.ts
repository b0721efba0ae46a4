/** Time, as the wrappers need it; a test brings its own. */
export type Clock = Readonly<{
  /** Milliseconds that only grow, from any start. */
  now: () => number;
  /** Milliseconds since 1970, for dates that others wrote. */
  date: () => number;
  /** Calls `then` after so many milliseconds, unless the returned function is called before. */
  after: (milliseconds: number, then: () => void) => () => void;
}>;

export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  after: (milliseconds, then) => {
    const timer = setTimeout(then, milliseconds);
    return () => clearTimeout(timer);
  },
};
