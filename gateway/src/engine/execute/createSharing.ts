import type { Send, UpstreamRequest } from '../upstream/send.ts';
import { arrivalOf, type Arrived } from './arrival.ts';

type Shared = { readonly waiting: Set<Arrived>; giveUp: () => void };

/** Lets identical requests to subgraphs that are in flight at the same time be one. */
export type Sharing = Readonly<{
  /** Sends a request, or waits for the answer to one with the same key that is under way. */
  send: (key: string, outgoing: UpstreamRequest, arrived: Arrived) => () => void;
  /** Who comes from now on waits for nothing that was sent before. */
  forget: () => void;
}>;

/**
 * Nothing is kept once the answer is there. A request is given up when the last who waits for it gives up.
 */
export const createSharing = (send: Send): Sharing => {
  const inFlight = new Map<string, Shared>();
  const end = (key: string, shared: Shared): void => {
    // Another one may have been sent under the key, since this one was forgotten.
    if (inFlight.get(key) === shared) inFlight.delete(key);
  };

  const begin = (key: string, outgoing: UpstreamRequest): Shared => {
    const shared: Shared = { waiting: new Set(), giveUp: () => {} };
    // Known to others once it is sent: one that could not be sent has nothing to wait for.
    shared.giveUp = send(outgoing, (error, text, response) => {
      end(key, shared);
      const arrival = arrivalOf(error, text, response, shared.waiting.size > 1);
      for (const one of shared.waiting) one(arrival);
    });
    inFlight.set(key, shared);
    return shared;
  };

  return {
    send: (key, outgoing, arrived) => {
      const shared = inFlight.get(key) ?? begin(key, outgoing);
      // A function of its own: the same one may wait twice.
      const mine: Arrived = (arrival) => arrived(arrival);
      shared.waiting.add(mine);
      return () => {
        if (!shared.waiting.delete(mine) || shared.waiting.size > 0) return;
        end(key, shared);
        shared.giveUp();
      };
    },
    forget: () => inFlight.clear(),
  };
};
