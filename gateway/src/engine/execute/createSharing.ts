import type { Send, UpstreamRequest } from '../upstream/send.ts';
import type { Answered } from './transport.ts';

type Shared = Readonly<{ waiting: Set<Answered>; giveUp: () => void }>;

/** Sends a request, or waits for the answer to one with the same key that is under way. */
export type SendShared = (key: string, outgoing: UpstreamRequest, answered: Answered) => () => void;

/**
 * Lets identical requests that are in flight at the same time be one. Nothing is kept once the answer is there. The
 * request is given up when the last who waits for it gives up.
 */
export const createSharing = (send: Send): SendShared => {
  const inFlight = new Map<string, Shared>();

  return (key, outgoing, answered) => {
    // A function of its own: the same one may wait twice.
    const mine: Answered = (error, text) => answered(error, text);
    let shared = inFlight.get(key);
    if (shared === undefined) {
      const waiting = new Set<Answered>();
      // Known to others once it is sent: one that could not be sent has nothing to wait for.
      const giveUp = send(outgoing, (error, text) => {
        inFlight.delete(key);
        for (const one of waiting) one(error, text);
      });
      shared = { waiting, giveUp };
      inFlight.set(key, shared);
    }
    const { waiting } = shared;
    const entry = shared;
    waiting.add(mine);
    return () => {
      waiting.delete(mine);
      if (waiting.size > 0 || inFlight.get(key) !== entry) return;
      inFlight.delete(key);
      entry.giveUp();
    };
  };
};
