/** How long the last requests took. */
export type Latencies = Readonly<{
  add: (milliseconds: number) => void;
  count: () => number;
  /** The time that 95 of 100 did not exceed, in milliseconds; undefined before the first. */
  p95: () => number | undefined;
}>;

/** Remembers the last `size`. The percentile is worked out again when more than a twentieth is new. */
export const createLatencies = (size: number): Latencies => {
  const values: number[] = [];
  let next = 0;
  let changes = 0;
  let known: number | undefined;
  return {
    add: (milliseconds) => {
      values[next] = milliseconds;
      next = (next + 1) % size;
      changes += 1;
    },
    count: () => values.length,
    p95: () => {
      if (known === undefined || changes > values.length / 20) {
        known = values.toSorted((one, other) => one - other)[Math.ceil(values.length * 0.95) - 1];
        changes = 0;
      }
      return known;
    },
  };
};
