import type { Clock } from './clock.ts';
import type { CircuitState } from './upstreamEvent.ts';

/** How a request that was let through ended; `abandoned` says nothing about the subgraph. */
export type Ended = 'success' | 'failure' | 'abandoned';

/** Either a request may go, and tells how it ended, or it may not for so many milliseconds. */
export type Entry =
  Readonly<{ allowed: true; end: (how: Ended) => void }> | Readonly<{ allowed: false; waitMs: number }>;

export type Circuit = Readonly<{ enter: () => Entry }>;

export type CircuitOptions = Readonly<{
  consecutiveFailures: number;
  openMs: number;
  clock: Clock;
  onChange: (state: CircuitState) => void;
}>;

/** What somebody is told to wait who comes while the one probe is out: it may return at any moment. */
const waitForProbeMs = 1000;

/**
 * Closed until so many failures in a row, then open for a time, then half-open: one request at a time may try, a success
 * closes, a failure opens again. A request counts only for the state in which it began, so a slow answer from before
 * neither closes an open circuit nor opens one that has just healed.
 */
export const createCircuit = ({ consecutiveFailures, openMs, clock, onChange }: CircuitOptions): Circuit => {
  let state: CircuitState = 'closed';
  let failures = 0;
  let openedAt = 0;
  let probing = false;
  let period = 0;

  const become = (next: CircuitState): void => {
    state = next;
    period += 1;
    failures = 0;
    probing = false;
    openedAt = clock.now();
    onChange(next);
  };

  const count = (how: Ended): void => {
    if (state === 'half-open') {
      probing = false;
      if (how !== 'abandoned') become(how === 'success' ? 'closed' : 'open');
    } else if (how === 'success') {
      failures = 0;
    } else if (how === 'failure') {
      failures += 1;
      if (failures >= consecutiveFailures) become('open');
    }
  };

  return {
    enter: () => {
      if (state === 'open') {
        const waitMs = openedAt + openMs - clock.now();
        if (waitMs > 0) return { allowed: false, waitMs };
        become('half-open');
      }
      if (probing) return { allowed: false, waitMs: waitForProbeMs };
      probing = state === 'half-open';
      const mine = period;
      let over = false;
      return {
        allowed: true,
        end: (how) => {
          if (over) return;
          over = true;
          if (mine === period) count(how);
        },
      };
    },
  };
};
