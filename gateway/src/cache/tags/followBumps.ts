import type { RedisClient } from '../../redis/connectRedis.ts';

/**
 * Wakes on every bump, over a connection of its own. Nothing depends on it but speed: a wake-up that is lost is made
 * good by the next time the view asks by itself.
 */
export const followBumps = (subscriber: RedisClient, channel: string, wake: () => void): void => {
  subscriber.on('ready', () => {
    subscriber.subscribe(channel).then(wake, () => {});
  });
  subscriber.on('message', wake);
};
