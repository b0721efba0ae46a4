/** How long a request waited for subgraphs: the time in which at least one of them was being asked. */
export type UpstreamClock = { asked: number; since: number; waitedMs: number };

export const createUpstreamClock = (): UpstreamClock => ({ asked: 0, since: 0, waitedMs: 0 });

/** A subgraph is asked now. */
export const startWaiting = (clock: UpstreamClock): void => {
  if (clock.asked === 0) clock.since = performance.now();
  clock.asked += 1;
};

/** A subgraph has answered, or is given up. */
export const stopWaiting = (clock: UpstreamClock): void => {
  clock.asked -= 1;
  if (clock.asked === 0) clock.waitedMs += performance.now() - clock.since;
};
