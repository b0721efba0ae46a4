import type { RedisClient } from '../../redis/connectRedis.ts';
import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { tagScript } from './tagScript.ts';

/** A point in the time of one memory of the tags; nothing that belongs to another memory can be compared with it. */
export type Moment = Readonly<{ memory: number; clock: number }>;

/** What the tags' Redis answers. */
export type TagNews = Moment &
  Readonly<{
    /** A tag that is not remembered was bumped at this clock, or before it. */
    floor: number;
    /** The bumps since the clock that was named; null when they cannot all be told. */
    since: readonly Readonly<{ tag: string; clock: number }>[] | null;
    /** The clocks at which the tags asked for were bumped last. */
    values: readonly number[];
  }>;

export type TagStore = Readonly<{
  /** The channel on which every bump wakes those who follow. */
  channel: string;
  /**
   * Advances the clock when there is something to bump, and tells what the caller has not seen yet.
   *
   * @throws when Redis does not answer; the bump may have happened or not
   */
  exchange: (seen: Moment, bump: readonly string[], look: readonly string[]) => Promise<TagNews>;
}>;

/** Entries live for a day at most, so a bump that is older can be forgotten. */
const rememberedMicroseconds = 86_400 * 1_000_000;

const number = z.coerce.number();
const answer = z.tuple([number, number, number, z.array(z.string()).nullable(), z.array(z.string().nullable())]);

/**
 * The tags in a Redis that never evicts them. See docs/adr/0023-cache-clock.md for what holds and why.
 *
 * @param namespace a prefix, so that installations can share a Redis
 * @param tellAtMost bumps that are told one by one; whoever missed more forgets what it has
 */
export const createTagStore = ({
  redis,
  namespace,
  tellAtMost = 5_000,
  rememberedFor = rememberedMicroseconds,
}: {
  redis: RedisClient;
  namespace: string;
  tellAtMost?: number;
  rememberedFor?: number;
}): TagStore => {
  const key = `${namespace}cache:tags`;
  const channel = `${namespace}cache:bumped`;
  return {
    channel,
    exchange: async (seen, bump, look) => {
      const jitter = randomInt(1_000_000);
      const [memory, clock, floor, since, values] = answer.parse(
        await tagScript(
          redis,
          [key],
          [seen.memory, seen.clock, jitter, rememberedFor, tellAtMost, channel, bump.length, ...bump, ...look],
        ),
      );
      return {
        memory,
        clock,
        floor,
        since: since && pairs(since),
        values: values.map((value) => Number(value ?? floor)),
      };
    },
  };
};

const pairs = (flat: readonly string[]): { tag: string; clock: number }[] => {
  const bumps: { tag: string; clock: number }[] = [];
  for (let index = 0; index < flat.length; index += 2) {
    bumps.push({ tag: flat[index] ?? '', clock: Number(flat[index + 1]) });
  }
  return bumps;
};
