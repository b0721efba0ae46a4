import type { Lifecycle, Logger, Metrics } from '@supergraph/service-kit';
import { createKafka } from '@supergraph/messaging';
import { connectRedis, type RedisClient } from '../redis/connectRedis.ts';
import type { Steps } from '../steps.ts';
import type { CacheConfig } from './cacheConfig.ts';
import { createMemory } from './createMemory.ts';
import { createEntityCache, type EntityCache } from './entities/createEntityCache.ts';
import { createSharedRecords } from './entities/createSharedRecords.ts';
import type { EntityRecord } from './entities/records.ts';
import { createInvalidator } from './invalidation/createInvalidator.ts';
import { createResponseCache, type CacheOutcome, type Kept } from './response/createResponseCache.ts';
import { createSharedStore } from './response/createSharedStore.ts';
import { createLocalTagStore } from './tags/createLocalTagStore.ts';
import { createTagStore } from './tags/createTagStore.ts';
import { createTagView, type TagView } from './tags/createTagView.ts';
import { followBumps } from './tags/followBumps.ts';

/** The caches of one gateway. They outlive a reload of the supergraph: its hash is in every key. */
export type GatewayCache = Readonly<{
  view: TagView;
  respond: NonNullable<Steps['respond']>;
  /** Calls when anything was invalidated: whoever comes from then on takes nothing that was begun before. */
  onNews: (listener: () => void) => () => void;
  /** Null: only whole answers are kept. */
  entities: EntityCache | null;
}>;

export type GatewayCacheOptions = Readonly<{
  config: CacheConfig;
  /** Null: this gateway is alone, and what it keeps is in its memory only. */
  redisUrl: string | null;
  /** Where tags are, if not there: a Redis that evicts nothing. */
  tagsRedisUrl: string | null;
  /** Where events come from; null: only mutations invalidate. */
  kafkaBrokers: readonly string[] | null;
  namespace: string;
  propagated: readonly string[];
  /** How long Redis may take for a command. */
  commandTimeoutMs: number | undefined;
  metrics: Metrics;
  log: Logger;
  lifecycle: Lifecycle;
}>;

export const createGatewayCache = (options: GatewayCacheOptions): GatewayCache => {
  const { config, redisUrl, namespace, log, lifecycle, commandTimeoutMs } = options;
  const connect = (url: string, name: string): RedisClient =>
    connectRedis({ url, name, log, lifecycle, commandTimeoutMs });
  const redis = redisUrl === null ? null : connect(redisUrl, 'cache');
  const { tagsRedisUrl } = options;
  const tagsUrl = tagsRedisUrl ?? redisUrl;
  const tagsRedis = tagsUrl === null || tagsUrl === redisUrl ? redis : connect(tagsUrl, 'tags');
  if (tagsRedis === null) log.info('no Redis: the cache is in memory, and other gateways hear of no invalidation');

  const listeners = new Set<() => void>();
  const store = tagsRedis === null ? createLocalTagStore() : createTagStore({ redis: tagsRedis, namespace });
  const view = createTagView({
    store,
    log,
    onNews: () => {
      for (const listener of listeners) listener();
    },
  });
  // While Redis connects there is nothing to warn of.
  if (tagsRedis === null || tagsRedis.status === 'ready') view.start();
  else tagsRedis.once('ready', view.start);
  lifecycle.onClose('cache', view.stop);
  if (tagsUrl !== null) followBumps(connect(tagsUrl, 'bumps'), store.channel, view.wake);

  if (options.kafkaBrokers !== null) {
    const kafka = createKafka({ brokers: options.kafkaBrokers, clientId: 'gateway', namespace, log });
    const invalidator = createInvalidator({ kafka, view, log });
    invalidator.start();
    lifecycle.onClose('cache invalidation', invalidator.stop);
  }

  const observe: (outcome: CacheOutcome) => void = options.metrics.tally(
    'gateway_response_cache_total',
    'Operations that may be cached, by how they were answered.',
    'outcome',
  );
  const failures = options.metrics.counter('gateway_cache_failures_total', 'Commands that Redis did not answer.', []);
  const observeEntities = options.metrics.tally(
    'gateway_entity_cache_total',
    'Requests to subgraphs for what may be cached, by how much of it was.',
    'outcome',
  );
  const onFailure = (): void => failures.inc({});
  return {
    view,
    respond: createResponseCache({
      view,
      memory: createMemory<Kept>(config.memoryBytes),
      shared: redis === null ? null : createSharedStore({ redis, namespace, onFailure }),
      propagated: options.propagated,
      ...config,
      observe,
    }),
    entities: config.entities
      ? createEntityCache({
          view,
          memory: createMemory<EntityRecord>(config.entityMemoryBytes),
          shared: redis === null ? null : createSharedRecords({ redis, namespace, onFailure }),
          memorySeconds: config.memorySeconds,
          observe: observeEntities,
        })
      : null,
    onNews: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
};
