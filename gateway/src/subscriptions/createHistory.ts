import type { Budget } from './createBudget.ts';
import type { FeedEvent } from './feedEvent.ts';

/** The last events of a feed, for clients that come back. */
export type History = Readonly<{
  add: (event: FeedEvent) => void;
  /** What is remembered of what came after a place; null when that place is not. */
  since: (place: string) => readonly FeedEvent[] | null;
  clear: () => void;
}>;

/**
 * Makes an empty history.
 *
 * @param begin the place before its first event; null if that has none
 * @param limit how many events it remembers at most
 * @param memory how much of memory the events of all histories take
 */
export const createHistory = ({
  begin,
  limit,
  memory,
}: Readonly<{ begin: string | null; limit: number; memory: Budget }>): History => {
  const items: { event: FeedEvent; letGo: () => void }[] = [];
  /** Whether everything since the beginning is there. */
  let whole = true;

  /** The oldest: of all that is held what came first is let go of, and so of this too. */
  const forget = (): void => {
    items.shift()?.letGo();
    whole = false;
  };

  return {
    add: (event) => {
      const item = { event, letGo: () => {} };
      items.push(item);
      item.letGo = memory.hold(event.bytes, forget);
      if (items.length > limit) forget();
    },
    since: (place) => {
      const index = items.findLastIndex(({ event }) => event.cursor === place);
      if (index < 0 && !(whole && place === begin)) return null;
      return items.slice(index + 1).map(({ event }) => event);
    },
    clear: () => {
      while (items.length > 0) items.pop()?.letGo();
      whole = false;
    },
  };
};
