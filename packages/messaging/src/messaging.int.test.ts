import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { DomainError } from '@supergraph/errors';
import { jsonCodec, topics, type TopicName } from '@supergraph/events';
import { appendMessages, eventLogMigrations, type OutgoingMessage } from '@supergraph/eventsourcing';
import { createDb, migrate, type Db, type Tx } from '@supergraph/postgres';
import {
  createTestDatabase,
  eventually,
  startTestKafka,
  testBackingServices,
  testNamespace,
} from '@supergraph/testing';
import { pino } from 'pino';
import { createConsumer, type ConsumerOptions } from './consumer.ts';
import { countDeadLetters } from './deadLetterBacklog.ts';
import { ensureTopics } from './ensureTopics.ts';
import { createKafka, type KafkaClient } from './kafka.ts';
import { createRelay } from './relay.ts';
import { replayDeadLetters } from './replayDeadLetters.ts';

const log = pino({ level: 'silent' });
const cause = { userId: null, correlationId: 'test', causationId: null };

/** What a test started, ended in reverse order whatever happens. */
const ends: (() => Promise<void>)[] = [];
const endWith = (end: () => Promise<void>): void => void ends.push(end);
afterEach(async () => {
  while (ends.length > 0) await ends.pop()?.();
});

const openLog = async (): Promise<{ url: string; db: Db }> => {
  const { url, drop } = await createTestDatabase('messaging');
  await migrate({ url, migrations: [eventLogMigrations], log });
  const db = createDb({ url, applicationName: 'test', log });
  await db.query('CREATE TABLE effects (n int NOT NULL)');
  endWith(() => db.close().then(drop));
  return { url, db };
};
const kafkaOf = (brokers: string): KafkaClient =>
  createKafka({ brokers: [brokers], clientId: 'test', namespace: testNamespace('messaging'), log });

const message = (n: number, over: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  topic: 'order-events',
  key: 'one key',
  aggregateType: 'Thing',
  aggregateId: randomUUID(),
  aggregateVersion: 1,
  type: 'ThingHappened',
  data: { n },
  customerId: null,
  ...over,
});
const append = (db: Db, ...messages: OutgoingMessage[]) => db.transaction((tx) => appendMessages(tx, messages, cause));
const startRelay = (url: string, db: Db, kafka: KafkaClient) => {
  const relay = createRelay({ url, db, kafka, log });
  relay.start();
  endWith(() => relay.stop());
  return relay;
};
const n = ({ data }: { data: unknown }): number => (data as { n: number }).n;
const recordEffect = async (event: { data: unknown }, tx: Tx): Promise<void> => {
  await tx.query('INSERT INTO effects VALUES ($1)', [n(event)]);
};
const effects = async (db: Db): Promise<number[]> =>
  (await db.query<{ n: number }>('SELECT n FROM effects')).map((row) => row.n);
const startConsumer = (db: Db, kafka: KafkaClient, over: Partial<ConsumerOptions> = {}) => {
  const consumer = createConsumer({
    kafka,
    db,
    log,
    group: 'effects',
    firstRetryMs: 5,
    handlers: { 'order-events': { ThingHappened: recordEffect } },
    ...over,
  });
  consumer.start();
  endWith(() => consumer.stop());
  return consumer;
};
type Read = Readonly<{ n: number; headers: Readonly<Record<string, string>> }>;
/** Reads a topic from its beginning until `count` messages came; a reader that lost its group is made anew. */
const readTopic = (kafka: KafkaClient, topic: string, count: number): Promise<readonly Read[]> =>
  eventually(async () => {
    const consumer = kafka.consumer(`reader-${randomUUID()}`);
    const messages: Read[] = [];
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [kafka.named(topic)], fromBeginning: true });
      await consumer.run({
        eachMessage: ({ message: { value, headers } }) => {
          const text = Object.fromEntries(Object.entries(headers ?? {}).map(([name, bytes]) => [name, String(bytes)]));
          messages.push({ n: value === null ? -1 : n(jsonCodec.decode(value)), headers: text });
          return Promise.resolve();
        },
      });
      await eventually(() => expect(messages.length).toBeGreaterThanOrEqual(count), { timeoutMs: 20_000 });
    } finally {
      await consumer.disconnect();
    }
    return messages;
  });

let kafka: KafkaClient;
let url: string;
let db: Db;
const fresh = async (): Promise<void> => {
  ({ url, db } = await openLog());
  kafka = kafkaOf(testBackingServices().kafkaBrokers);
  await ensureTopics(kafka, { replicationFactor: 1, partitions: 1 });
};

describe('topics', () => {
  test('are created once, with the architecture’s partitions and retention and their dead letter topics', async () => {
    kafka = kafkaOf(testBackingServices().kafkaBrokers);
    await ensureTopics(kafka, { replicationFactor: 1 });
    await ensureTopics(kafka, { replicationFactor: 1 });
    const admin = kafka.admin();
    await admin.connect();
    endWith(() => admin.disconnect());
    const { topics: created } = await admin.fetchTopicMetadata({
      topics: [kafka.named('order-events'), kafka.named('order-events-dlq'), kafka.named('payment-commands')],
    });
    expect(Object.fromEntries(created.map(({ name, partitions }) => [name, partitions.length]))).toEqual({
      [kafka.named('order-events')]: 24,
      [kafka.named('order-events-dlq')]: 1,
      [kafka.named('payment-commands')]: 6,
    });
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: 2, name: kafka.named('payment-events'), configNames: ['retention.ms'] }],
    });
    expect(resources[0]?.configEntries[0]?.configValue).toBe(String(90 * 86_400_000));
    await admin.deleteTopics({
      topics: (Object.keys(topics) as TopicName[]).flatMap((name) => [kafka.named(name), kafka.named(`${name}-dlq`)]),
    });
  });
});

describe('the relay', () => {
  beforeAll(fresh);
  test('publishes in the order of positions, with the headers that readers need', async () => {
    await fresh();
    startRelay(url, db, kafka);
    await append(db, message(1), message(2));
    await append(db, message(3));
    const messages = await readTopic(kafka, 'order-events', 3);
    expect(messages.map((m) => m.n)).toEqual([1, 2, 3]);
    expect(messages[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      event_type: 'ThingHappened',
      event_version: '1',
      correlation_id: 'test',
    });
  });

  test('publishes again what it may have published when it died, and consumers do it once', async () => {
    await fresh();
    const first = startRelay(url, db, kafka);
    startConsumer(db, kafka);
    await append(db, message(1), message(2));
    await eventually(async () => expect(await effects(db)).toEqual([1, 2]));
    await eventually(() => expect(first.lag()).toBe(0));
    await first.stop();
    // As when it is killed between Kafka's acknowledgement and its own note of it.
    await db.query('UPDATE relay_state SET published_position = 0');
    startRelay(url, db, kafka);
    await append(db, message(3));
    expect((await readTopic(kafka, 'order-events', 5)).map((m) => m.n)).toEqual([1, 2, 1, 2, 3]);
    await eventually(async () => expect(await effects(db)).toEqual([1, 2, 3]));
  });

  test('is one of several candidates: the next takes over when it ends or loses its session', async () => {
    await fresh();
    const relays = [startRelay(url, db, kafka), startRelay(url, db, kafka)];
    await eventually(() => expect(relays.filter((relay) => relay.lag() !== null)).toHaveLength(1));
    await append(db, message(1));
    await eventually(() => expect(relays.some((relay) => relay.lag() === 0)).toBe(true));
    await db.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'relay' AND datname = current_database()`,
    );
    await append(db, message(2));
    await relays.find((relay) => relay.lag() !== null)?.stop();
    await append(db, message(3));
    expect(new Set((await readTopic(kafka, 'order-events', 3)).map((m) => m.n))).toEqual(new Set([1, 2, 3]));
    await eventually(async () =>
      expect(await db.query('SELECT last_position, published_position FROM relay_state')).toEqual([
        { last_position: 3, published_position: 3 },
      ]),
    );
  });

  test('keeps stamping while Kafka is away, and delivers everything in order when it is back', async () => {
    ({ url, db } = await openLog());
    const broker = await startTestKafka();
    endWith(() => broker.remove());
    kafka = kafkaOf(broker.url);
    await ensureTopics(kafka, { replicationFactor: 1, partitions: 1 });
    const relay = startRelay(url, db, kafka);
    startConsumer(db, kafka);
    await append(db, message(1));
    await eventually(async () => expect(await effects(db)).toEqual([1]));
    await broker.kill();
    for (const number of [2, 3, 4]) await append(db, message(number));
    await eventually(() => expect(relay.lag()).toBe(3));
    await broker.start();
    await eventually(async () => expect(await effects(db)).toEqual([1, 2, 3, 4]), { timeoutMs: 50_000 });
  }, 120_000);
});

describe('a consumer', () => {
  test('passes over types that it has no handler for', async () => {
    await fresh();
    startRelay(url, db, kafka);
    startConsumer(db, kafka);
    await append(db, message(1, { type: 'SomethingElse' }), message(2));
    await eventually(async () => expect(await effects(db)).toEqual([2]));
  });

  test('undoes what a failed handler wrote and tries again', async () => {
    await fresh();
    startRelay(url, db, kafka);
    const failing = jest.fn<(attempt: number) => void>();
    startConsumer(db, kafka, {
      handlers: {
        'order-events': {
          ThingHappened: async (event, tx) => {
            await recordEffect(event, tx);
            failing(n(event));
            if (failing.mock.calls.length < 3) throw new Error('a bug that passes');
          },
        },
      },
    });
    await append(db, message(1));
    await eventually(async () => expect(await effects(db)).toEqual([1]));
    expect(failing).toHaveBeenCalledTimes(3);
  });

  test('puts aside what cannot be handled after the topic’s retries, goes on, and an operator can replay it', async () => {
    await fresh();
    startRelay(url, db, kafka);
    let poisonous = true;
    const attempts: number[] = [];
    startConsumer(db, kafka, {
      handlers: {
        'order-events': {
          ThingHappened: async (event, tx) => {
            attempts.push(n(event));
            if (n(event) === 1 && poisonous) throw new Error('this one is poison');
            await recordEffect(event, tx);
          },
        },
      },
    });
    await append(db, message(1), message(2));
    await eventually(async () => expect(await effects(db)).toEqual([2]));
    expect(attempts).toEqual([1, 1, 1, 1, 2]);
    const [dead] = await readTopic(kafka, 'order-events-dlq', 1);
    expect(dead).toMatchObject({
      n: 1,
      headers: {
        dlq_reason: 'Error: this one is poison',
        dlq_group: 'effects',
        dlq_topic: 'order-events',
        event_type: 'ThingHappened',
      },
    });

    expect((await countDeadLetters(kafka)).get('order-events')).toBe(1);

    poisonous = false;
    expect(await replayDeadLetters(kafka, 'order-events')).toBe(1);
    await eventually(async () => expect(await effects(db)).toEqual([2, 1]));
    expect(await replayDeadLetters(kafka, 'order-events')).toBe(0);
    expect((await countDeadLetters(kafka)).get('order-events')).toBe(0);
  });

  test('puts bytes aside that are no event', async () => {
    await fresh();
    startConsumer(db, kafka);
    const producer = kafka.producer();
    await producer.connect();
    endWith(() => producer.disconnect());
    const bytes = jsonCodec.encode;
    await producer.send({
      topic: kafka.named('order-events'),
      messages: [
        { key: 'k', value: 'not json', headers: { event_type: 'ThingHappened' } },
        {
          key: 'k',
          headers: { event_type: 'ThingHappened' },
          value: bytes({
            eventId: randomUUID(),
            aggregateType: 'Thing',
            aggregateId: 'a',
            aggregateVersion: 1,
            type: 'ThingHappened',
            eventVersion: 1,
            data: { n: 7 },
            customerId: null,
            metadata: { ...cause, timestamp: new Date().toISOString() },
          }),
        },
      ],
    });
    await eventually(async () => expect(await effects(db)).toEqual([7]));
    const admin = kafka.admin();
    await admin.connect();
    endWith(() => admin.disconnect());
    expect((await admin.fetchTopicOffsets(kafka.named('order-events-dlq')))[0]?.high).toBe('1');
  });

  test('waits out a failure that is not the message’s, however long it lasts', async () => {
    await fresh();
    startRelay(url, db, kafka);
    let attempts = 0;
    startConsumer(db, kafka, {
      firstRetryMs: 1,
      handlers: {
        'order-events': {
          ThingHappened: async (event, tx) => {
            attempts += 1;
            if (attempts <= 8) throw new DomainError('DATABASE_UNAVAILABLE', 'The database restarts.');
            await recordEffect(event, tx);
          },
        },
      },
    });
    await append(db, message(1));
    await eventually(async () => expect(await effects(db)).toEqual([1]));
    expect(attempts).toBe(9);
  });

  test('keeps the order of a key, and ends without losing what it had in hand', async () => {
    await fresh();
    startRelay(url, db, kafka);
    const first = startConsumer(db, kafka);
    const all = Array.from({ length: 60 }, (_, index) => index);
    for (const number of all.slice(0, 30)) await append(db, message(number));
    await eventually(async () => expect((await effects(db)).length).toBeGreaterThan(5));
    await first.stop();
    startConsumer(db, kafka);
    for (const number of all.slice(30)) await append(db, message(number));
    await eventually(async () => expect(await effects(db)).toEqual(all));
  });
});

afterAll(async () => {
  while (ends.length > 0) await ends.pop()?.();
});
