import type { Lifecycle, Logger } from '@supergraph/service-kit';
import { Cluster, Redis } from 'ioredis';

/** A connection to one Redis or to a cluster: the commands are the same. */
export type RedisClient = Redis | Cluster;

export type RedisOptions = Readonly<{
  /** `redis://` or `rediss://`; several, separated by commas, are nodes of one cluster. */
  url: string;
  /** What the connection is for: shown in the log and by `CLIENT LIST`. */
  name: string;
  log: Logger;
  lifecycle: Lifecycle;
  /** How long a command may take before it counts as not answered. */
  commandTimeoutMs?: number | undefined;
}>;

/**
 * The one way from the gateway to Redis, for what can be done without: nothing is queued or repeated while Redis is
 * away, a command fails at once and its caller goes on alone. It keeps trying to connect, and says once that Redis is
 * away and once that it is back. Commands of one turn of the event loop travel together.
 *
 * Who subscribes does so on every 'ready', since only then can it catch what a connection that breaks again answers.
 */
export const connectRedis = ({ url, name, log, lifecycle, commandTimeoutMs = 500 }: RedisOptions): RedisClient => {
  const options = {
    connectionName: `gateway:${name}`,
    enableOfflineQueue: false,
    autoResubscribe: false,
    enableAutoPipelining: true,
    maxRetriesPerRequest: 0,
    commandTimeout: commandTimeoutMs,
    connectTimeout: 5_000,
    retryStrategy: backOff,
  };
  const nodes = url.split(',');
  const redis =
    nodes.length === 1
      ? new Redis(url, options)
      : new Cluster(nodes, {
          redisOptions: options,
          clusterRetryStrategy: backOff,
          enableOfflineQueue: false,
          enableAutoPipelining: true,
        });
  let away = false;
  redis.on('error', (error: Error) => {
    if (!away) log.warn({ err: error, redis: name }, 'Redis is away');
    away = true;
  });
  redis.on('ready', () => {
    if (away) log.info({ redis: name }, 'Redis is back');
    away = false;
  });
  lifecycle.onClose(`redis (${name})`, () => redis.disconnect());
  return redis;
};

/** Milliseconds before the next attempt: quick after a restart, never more than a second. */
const backOff = (attempt: number): number => Math.min(attempt * 50, 1_000);
