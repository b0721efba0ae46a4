import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { DomainError } from '@supergraph/errors';
import type { TopicName } from '@supergraph/events';
import {
  createTailer,
  isBeyondWindow,
  lastPosition,
  readCursorKey,
  readEvents,
  readLatestEvents,
  type EventMatch,
  type PositionedEvent,
} from '@supergraph/eventsourcing';
import type { Db } from '@supergraph/postgres';
import { RedisPubSub } from 'graphql-redis-subscriptions';
import { Redis } from 'ioredis';
import { createCursors, invalid, offerSnapshot, type Cursors } from './cursor.ts';
import { follow } from './follow.ts';
import { createMailbox, type Mailbox } from './mailbox.ts';
import type { ResumableStream, SubscribeRequest } from './resumable.ts';

/** The events of one topic of this service, for the subscriptions that this process serves. */
export type LiveEvents = Readonly<{
  /** Starts to follow the event log; call it before the first `subscribe`. */
  start: () => Promise<void>;
  /** Tells every process of this service that there are new events. Never fails: each one polls as well. */
  announce: () => Promise<void>;
  /**
   * Every matching event in order: from where the client's cursor says, or from the moment of the call, not of the first
   * `next()`. The match must follow from who is asking and for what, for it is what a cursor is bound to: a cursor of
   * somebody else, or of somebody who could see more at the time, is refused.
   *
   * Ends with DomainError SUBSCRIPTION_OVERFLOW when the reader falls too far behind, at a place it can resume from.
   *
   * @param request null outside of GraphQL: no cursor is read
   * @throws DomainError SUBSCRIPTION_CURSOR_INVALID, SUBSCRIPTION_CURSOR_EXPIRED
   */
  subscribe: (match: EventMatch, request: SubscribeRequest | null) => Promise<ResumableStream>;
  /** Ends every subscription and stops following. */
  stop: () => Promise<void>;
}>;

export type LiveEventsOptions = Readonly<{
  db: Db;
  topic: TopicName;
  redisUrl: string;
  /** Prefix of the Redis channel, so that several installations share a Redis. */
  namespace: string;
  log: Readonly<{ warn: (details: object, message: string) => void }>;
  /** How many events a subscriber may be behind. */
  mailboxCapacity?: number;
  /** It looks this often even when nobody wakes it. */
  pollMs?: number;
  /** How old an event may be for which somebody comes back. */
  resumeWindowSeconds?: number;
  /** How many events are read at once for somebody who catches up. */
  batchSize?: number;
}>;

type Subscriber = Mailbox<PositionedEvent>;

/** One database, one shard. A log that is split by customer will have more. */
const shard = '0';

/** The architecture's resume window: 7 days. */
const week = 7 * 24 * 3600;

/** Most aggregates of a snapshot. */
const snapshotLimit = 1_000;

/**
 * Live events by DESIGN section 8: what comes through Kafka and Redis only wakes the tailer; order and completeness
 * come from the event store, read once per process and handed out through an index, never a scan of subscribers.
 */
export function createLiveEvents(options: LiveEventsOptions): LiveEvents {
  const { db, topic, redisUrl, namespace, log, mailboxCapacity = 1_000, pollMs = 1_000 } = options;
  const { resumeWindowSeconds = week, batchSize = 500 } = options;
  const channel = `${namespace}live:${topic}`;

  const byKey = createIndex();
  const byCustomer = createIndex();
  const all = new Set<Subscriber>();

  const tailer = createTailer({
    db,
    topic,
    log,
    pollMs,
    deliver: (events) => {
      for (const event of events) {
        for (const { put } of byKey.at(event.key)) put(event);
        for (const { put } of event.customerId === null ? [] : byCustomer.at(event.customerId)) put(event);
        for (const { put } of byKey.at(ownKey(event.key, event.customerId))) put(event);
        for (const { put } of all) put(event);
      }
    },
  });

  let redisIsAway = false;
  const onRedisError = (error: Error): void => {
    // Two connections try again every other second: one line says it all.
    if (!redisIsAway) log.warn({ err: error }, 'Redis cannot wake live events right now; the store is polled');
    redisIsAway = true;
  };
  // The publisher gives up at once (a wake-up is worth nothing later), the subscriber never does.
  const publisher = new Redis(redisUrl, { enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: 1_000 });
  // A promise of its own subscribing again could not be caught by anybody.
  const subscriber = new Redis(redisUrl, { maxRetriesPerRequest: null, autoResubscribe: false });
  publisher.on('error', onRedisError);
  subscriber.on('error', onRedisError);
  const pubsub = new RedisPubSub({ publisher, subscriber });
  // Not before the connection is there: a SUBSCRIBE that waits for one and is given up at shutdown rejects a promise
  // inside of graphql-redis-subscriptions that nobody can catch. It does not know of later connections.
  let subscribing: Promise<unknown> = Promise.resolve();
  // Wake-ups sent while nobody was subscribed are gone, so each time it is it wakes itself.
  subscriber.once('ready', () => {
    subscribing = pubsub.subscribe(channel, tailer.wake).then(tailer.wake, onRedisError);
    subscriber.on('ready', () => void subscriber.subscribe(channel).then(tailer.wake, onRedisError));
  });
  subscriber.on('ready', () => {
    redisIsAway = false;
  });

  const register = (match: EventMatch, added: Subscriber): (() => void) => {
    if (match === 'all') {
      all.add(added);
      return () => void all.delete(added);
    }
    if (!('key' in match)) return byCustomer.add(match.customerId, added);
    return byKey.add(match.customerId === undefined ? match.key : ownKey(match.key, match.customerId), added);
  };

  const live = (match: EventMatch): AsyncIterableIterator<PositionedEvent> => {
    let remove = (): void => undefined;
    const mailbox = createMailbox<PositionedEvent>({
      capacity: mailboxCapacity,
      overflow: () =>
        new DomainError('SUBSCRIPTION_OVERFLOW', 'This subscription fell too far behind and was ended.', {
          capacity: mailboxCapacity,
        }),
      onEnd: () => remove(),
    });
    remove = register(match, mailbox);
    return mailbox.values;
  };

  let key: Buffer | undefined;
  /** @throws DomainError for a cursor of another log, and for one after which too much has happened too long ago */
  const positionOf = async (cursor: string, cursors: Cursors): Promise<number> => {
    const after = cursors.read(cursor)[shard];
    // The log ends before it: the database is another one, or was set back to an older state.
    if (after === undefined || after > (await lastPosition(db))) throw invalid();
    if (await isBeyondWindow(db, { after, topic, seconds: resumeWindowSeconds })) {
      throw new DomainError(
        'SUBSCRIPTION_CURSOR_EXPIRED',
        'Too much time has passed to resume from here.',
        offerSnapshot,
      );
    }
    return after;
  };

  return {
    start: tailer.start,
    announce: async () => {
      await pubsub.publish(channel, {}).catch(onRedisError);
    },
    subscribe: async (match, request) => {
      key ??= await readCursorKey(db);
      const scope = { topic, field: request?.field, arguments: request?.arguments, match };
      const cursors = createCursors(key, scope);
      const { cursor = null, snapshot = false } = request ?? {};
      return follow({
        after: cursor === null ? null : await positionOf(cursor, cursors),
        tail: tailer.position,
        read: (after, upTo) => readEvents(db, { after, upTo, limit: batchSize, topic, match }),
        batch: batchSize,
        live: () => live(match),
        snapshot:
          cursor === null && snapshot
            ? (upTo) => readLatestEvents(db, { upTo, limit: snapshotLimit, topic, match })
            : null,
        cursorAt: (position) => cursors.write({ [shard]: position }),
        tellPlace: request?.cursor !== undefined,
      });
    },
    stop: async () => {
      await tailer.stop();
      for (const { close } of [...byKey.everyone(), ...byCustomer.everyone(), ...all]) close();
      // For the same reason whatever is under way gets its answer first, the greeting of a new connection too.
      await Promise.all([greeted(publisher), greeted(subscriber)]);
      await Promise.race([subscribing, delay(1_000, undefined, { ref: false })]);
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
}

/** Where those are found who follow one key as far as it is one customer's. */
const ownKey = (key: string, customerId: string | null): string => `${key} of ${customerId}`;

/** Resolves when a connection that is being made is there or has failed; after a second in any case. */
async function greeted(client: Redis): Promise<void> {
  if (client.status !== 'connecting' && client.status !== 'connect') return;
  const made = Promise.race([once(client, 'ready'), once(client, 'close')]);
  await Promise.race([made.catch(() => undefined), delay(1_000, undefined, { ref: false })]);
}

/** Subscribers by a name; empty entries are removed, so that it is as large as what is followed now. */
function createIndex() {
  const entries = new Map<string, Set<Subscriber>>();
  const nobody: ReadonlySet<Subscriber> = new Set();
  return {
    at: (name: string): ReadonlySet<Subscriber> => entries.get(name) ?? nobody,
    everyone: (): readonly Subscriber[] => [...entries.values()].flatMap((subscribers) => [...subscribers]),
    add: (name: string, added: Subscriber): (() => void) => {
      const subscribers = entries.get(name) ?? new Set();
      entries.set(name, subscribers.add(added));
      return () => {
        subscribers.delete(added);
        if (subscribers.size === 0) entries.delete(name);
      };
    },
  };
}
