import type { TagStore } from './createTagStore.ts';

/** The tags of a gateway that is alone: the same protocol, without anybody to tell. */
export const createLocalTagStore = (): TagStore => {
  const memory = Date.now();
  let clock = memory;
  const bumps = new Map<string, number>();
  return {
    channel: '',
    exchange: async (seen, bump, look) => {
      if (bump.length > 0) clock += 1;
      for (const tag of bump) bumps.set(tag, clock);
      const isNew = seen.memory !== memory;
      return {
        memory,
        clock,
        floor: memory,
        // Only this gateway bumps, so what it has not seen is what it bumps now.
        since: isNew ? null : bump.map((tag) => ({ tag, clock })),
        values: look.map((tag) => bumps.get(tag) ?? memory),
      };
    },
  };
};
