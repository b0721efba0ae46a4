import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Kafka, logLevel } from 'kafkajs';
import { Client } from 'pg';
import {
  createTestDatabase,
  startTestKafka,
  startTestPostgres,
  startTestRedis,
  testBackingServices,
  testNamespace,
} from './index.ts';
import type { TestDatabase } from './index.ts';
import { eventually } from './eventually.ts';

const kafkaOf = (broker: string): Kafka =>
  new Kafka({ clientId: 'testing', brokers: [broker], logLevel: logLevel.NOTHING });

const sendAndReceive = async (broker: string, topic: string): Promise<readonly string[]> => {
  const kafka = kafkaOf(broker);
  const [admin, producer] = [kafka.admin(), kafka.producer({ idempotent: true, maxInFlightRequests: 1 })];
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true });
  await admin.disconnect();
  await producer.connect();
  await producer.send({
    topic,
    messages: [
      { key: 'k', value: 'one' },
      { key: 'k', value: 'two' },
    ],
  });
  await producer.disconnect();

  const received: string[] = [];
  const consumer = kafka.consumer({ groupId: `${topic}-group`, allowAutoTopicCreation: false });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({ eachMessage: async ({ message }) => void received.push(String(message.value)) });
  await eventually(() => expect(received).toHaveLength(2));
  await consumer.disconnect();
  return received;
};

describe('the shared servers', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase('testing');
  });
  afterAll(() => database.drop());

  test('PostgreSQL gives each test a database with sessions of their own', async () => {
    const clients = [new Client(database.url), new Client(database.url)] as const;
    for (const client of clients) await client.connect();
    await clients[0].query('SELECT pg_advisory_lock(1)');
    const { rows } = await clients[1].query('SELECT pg_try_advisory_lock(1) AS locked');
    expect(rows).toEqual([{ locked: false }]);
    for (const client of clients) await client.end();
  });

  test('Kafka delivers what an idempotent producer sent, in order', async () => {
    const { kafkaBrokers } = testBackingServices();
    expect(await sendAndReceive(kafkaBrokers, `${testNamespace('shared')}events`)).toEqual(['one', 'two']);
  });

  test('Kafka makes no topic by itself, so that a typing error is noticed', async () => {
    const producer = kafkaOf(testBackingServices().kafkaBrokers).producer({
      retry: { retries: 1 },
      allowAutoTopicCreation: true,
    });
    await producer.connect();
    const sent = producer.send({ topic: `${testNamespace('typo')}evnets`, messages: [{ value: 'x' }] });
    await expect(sent).rejects.toThrow(/does not host this topic-partition/);
    await producer.disconnect();
  });
});

describe('a server of a test', () => {
  test('PostgreSQL comes back with its data after kill -9', async () => {
    const server = await startTestPostgres();
    const run = async (sql: string): Promise<readonly unknown[]> => {
      const client = new Client(`${server.url}/postgres`);
      await client.connect();
      const { rows } = await client.query(sql);
      await client.end();
      return rows;
    };
    await run('CREATE TABLE kept AS SELECT 1 AS n');
    await server.kill();
    await expect(run('SELECT 1')).rejects.toThrow('ECONNREFUSED');
    await server.start();
    expect(await run('SELECT n FROM kept')).toEqual([{ n: 1 }]);
    await server.remove();
  });

  test('Kafka comes back with its topics', async () => {
    const server = await startTestKafka();
    await sendAndReceive(server.url, 'before');
    await server.stop();
    await server.start();
    const admin = kafkaOf(server.url).admin();
    await admin.connect();
    expect(await admin.listTopics()).toContain('before');
    await admin.disconnect();
    await server.remove();
  });

  test('Redis starts and stops', async () => {
    const server = await startTestRedis();
    await server.stop();
    await server.start();
    await server.remove();
  });
});
