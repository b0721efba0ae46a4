import type { Send, UpstreamRequest } from '../upstream/send.ts';
import { arrivalOf, type Arrived } from './arrival.ts';
import { createInFlight } from './createInFlight.ts';

type Shared = { readonly waiting: Set<Arrived>; readonly giveUp: () => void };

/** Lets identical requests to subgraphs that are in flight at the same time be one. */
export type Sharing = Readonly<{
  /** Sends a request, or waits for the answer to one with the same key that is under way. */
  send: (key: string, outgoing: UpstreamRequest, arrived: Arrived) => () => void;
  /** Who comes from now on waits for nothing that was sent before. */
  forget: () => void;
}>;

/** A request is given up when the last who waits for it gives up. */
export const createSharing = (send: Send): Sharing => {
  const inFlight = createInFlight<Shared>();

  const begin = (outgoing: UpstreamRequest, end: () => void): Shared => {
    const waiting = new Set<Arrived>();
    const giveUp = send(outgoing, (error, text, response) => {
      end();
      const arrival = arrivalOf(error, text, response, waiting.size > 1);
      for (const one of waiting) one(arrival);
    });
    return {
      waiting,
      giveUp: () => {
        end();
        giveUp();
      },
    };
  };

  return {
    send: (key, outgoing, arrived) => {
      const { waiting, giveUp } = inFlight.join(key, (end) => begin(outgoing, end));
      // A function of its own: the same one may wait twice.
      const mine: Arrived = (arrival) => arrived(arrival);
      waiting.add(mine);
      return () => {
        if (waiting.delete(mine) && waiting.size === 0) giveUp();
      };
    },
    forget: inFlight.forget,
  };
};
