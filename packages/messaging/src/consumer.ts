import { DomainError } from '@supergraph/errors';
import { topics, type StoredEvent, type TopicName } from '@supergraph/events';
import type { Db, Tx } from '@supergraph/postgres';
import type { EachMessagePayload } from 'kafkajs';
import type { Logger } from 'pino';
import { createDeadLetters } from './deadLetters.ts';
import type { KafkaClient } from './kafka.ts';
import { fromMessage, headerText } from './message.ts';
import { exponential, pause } from './pause.ts';

/**
 * What a consumer does with an event, in a transaction that also remembers the event: delivered twice, done
 * once. What it throws rolls everything back and is tried again.
 */
export type EventHandler = (event: StoredEvent, tx: Tx) => Promise<void>;

/** What may be done any number of times for the same event. What it throws is tried again. */
export type RepeatableHandler = (event: StoredEvent) => Promise<void>;

/** Handlers by topic and event type; other types are passed over. */
type Handlers<Handler> = Readonly<Partial<Record<TopicName, Readonly<Record<string, Handler>>>>>;

type MemberOptions = Readonly<{
  kafka: KafkaClient;
  /** The consumer group, and the name under which handled events are remembered. */
  group: string;
  log: Logger;
  /** Partitions worked on at once. */
  concurrency?: number;
  /** Waiting before the first repetition, in milliseconds. */
  firstRetryMs?: number;
}>;

/** A group of processes that shares the work on some topics. */
export type ConsumerOptions = MemberOptions & Readonly<{ db: Db; handlers: Handlers<EventHandler> }>;

/** The same for work that needs no memory of what was done. */
export type RepeatableConsumerOptions = MemberOptions & Readonly<{ handlers: Handlers<RepeatableHandler> }>;

/** A running consumer. */
export type Consumer = Readonly<{
  /** Starts to consume, and keeps trying while Kafka is away. */
  start: () => void;
  /** Resolves when the group has assigned partitions to this member for the first time. */
  ready: () => Promise<void>;
  /** Finishes the messages in hand, commits them and leaves the group. */
  stop: () => Promise<void>;
}>;

/** Failures that say nothing about the message: they are waited out, however long they take. */
const isPassing = (error: unknown): boolean =>
  error instanceof DomainError && (error.category === 'UNAVAILABLE' || error.code === 'VERSION_CONFLICT');

/**
 * Consumes events at least once, in order per key, with an effect exactly once: the handler's writes and the
 * memory of the event are one transaction. A message that fails for its own sake is retried as its topic says
 * and then put aside in the dead letter topic with the reason.
 */
export function createConsumer({ db, handlers, ...options }: ConsumerOptions): Consumer {
  const once =
    (handler: EventHandler): RepeatableHandler =>
    (event) =>
      db.transaction(async (tx) => {
        const first = await tx.query(
          'INSERT INTO consumed_events (consumer, event_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING event_id',
          [options.group, event.eventId],
        );
        if (first.length > 0) await handler(event, tx);
      });
  const remembering = Object.entries(handlers).map(([topic, types]) => [
    topic,
    Object.fromEntries(Object.entries(types).map(([type, handler]) => [type, once(handler)])),
  ]);
  return createRepeatableConsumer({ ...options, handlers: Object.fromEntries(remembering) });
}

/**
 * Consumes events at least once, in order per key. For effects that are the same when they are repeated. Retries and dead
 * letters are those of createConsumer.
 */
export function createRepeatableConsumer(options: RepeatableConsumerOptions): Consumer {
  const { kafka, group, handlers, log, concurrency = 3, firstRetryMs = 200 } = options;
  const names = Object.keys(handlers) as TopicName[];
  const logical = new Map(names.map((name) => [kafka.named(name), name]));
  const ending = new AbortController();
  const deadLetters = createDeadLetters(kafka);
  let work: Promise<void> | undefined;
  let joined: () => void;
  const ready = new Promise<void>((resolve) => (joined = resolve));

  /** Returns when the message is done with: handled, passed over or put aside. Throws only when it must end. */
  const eachMessage = async ({ topic, partition, message, heartbeat }: EachMessagePayload): Promise<void> => {
    const name = logical.get(topic);
    if (name === undefined) return;
    const type = headerText(message.headers, 'event_type');
    if (type !== undefined && handlers[name]?.[type] === undefined) return;
    const { maxRetries, backoff } = topics[name];
    let failures = 0;
    for (let attempt = 1; ; attempt += 1) {
      if (ending.signal.aborted) throw new Error('The consumer is ending; the message is left for the next one.');
      try {
        const event = fromMessage(message);
        const handler = handlers[name]?.[event.type];
        await handler?.(event);
        return;
      } catch (error) {
        const at = { err: error, group, topic, partition, offset: message.offset, attempt };
        if (!isPassing(error) && (failures += 1) > maxRetries) {
          log.error(at, 'a message cannot be handled and goes to the dead letter topic');
          await putAside(name, error, { topic, partition, message, heartbeat });
          return;
        }
        log.warn(at, 'a message could not be handled and is tried again');
        const wait = backoff === 'linear' ? firstRetryMs * attempt : exponential(attempt, firstRetryMs, 10_000);
        await waiting(Math.min(wait, 10_000), heartbeat);
      }
    }
  };

  /** Kafka must keep hearing from a member that waits. */
  const waiting = async (ms: number, heartbeat: () => Promise<void>): Promise<void> => {
    for (let left = ms; left > 0 && !ending.signal.aborted; left -= 1_000) {
      await pause(Math.min(left, 1_000), ending.signal);
      await heartbeat();
    }
  };

  const putAside = async (
    name: TopicName,
    error: unknown,
    { partition, message, heartbeat }: Pick<EachMessagePayload, 'topic' | 'partition' | 'message' | 'heartbeat'>,
  ): Promise<void> => {
    for (;;) {
      try {
        await deadLetters.add(name, message, { group, partition, error });
        return;
      } catch (failure) {
        if (ending.signal.aborted) throw failure;
        log.warn({ err: failure, topic: name }, 'the dead letter topic does not answer; the message is kept');
        await waiting(1_000, heartbeat);
      }
    }
  };

  /** One membership in the group: from connecting until it is lost or the consumer ends. */
  const consumeOnce = async (): Promise<void> => {
    const member = kafka.consumer(group);
    const crashed = new Promise<never>((_, reject) =>
      member.on(member.events.CRASH, ({ payload }) => reject(payload.error)),
    );
    crashed.catch(() => undefined);
    member.on(member.events.GROUP_JOIN, () => joined());
    try {
      await member.connect();
      await member.subscribe({ topics: [...logical.keys()], fromBeginning: true });
      await member.run({ partitionsConsumedConcurrently: concurrency, autoCommitInterval: 1_000, eachMessage });
      await Promise.race([crashed, ended(ending.signal)]);
    } finally {
      await member.disconnect().catch(() => undefined);
    }
  };

  const run = async (): Promise<void> => {
    let failures = 0;
    while (!ending.signal.aborted) {
      try {
        await consumeOnce();
        failures = 0;
      } catch (error) {
        failures += 1;
        if (failures === 1) log.warn({ err: error, group }, 'the consumer lost Kafka and joins again');
        await pause(exponential(failures, 200, 5_000), ending.signal);
      }
    }
  };

  return {
    start: () => {
      work ??= run();
    },
    ready: () => ready,
    stop: async () => {
      ending.abort();
      await work;
      await deadLetters.close();
    },
  };
}

const ended = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
