import { setTimeout as delay } from 'node:timers/promises';
import { DomainError } from '@supergraph/errors';
import { deadLetterSettings, deadLetterTopic, topics, type TopicName } from '@supergraph/events';
import type { Admin } from 'kafkajs';
import type { KafkaClient } from './kafka.ts';

/**
 * Creates the platform's topics that are not there yet, dead letter topics included. Existing ones are left as
 * they are: their partitions are part of the order of their keys.
 *
 * @param replicationFactor copies of each partition; at most as many as there are brokers.
 * @param partitions for all topics alike, where the architecture's numbers are too many (tests).
 * @throws when the cluster cannot be reached.
 */
export async function ensureTopics(
  kafka: KafkaClient,
  { replicationFactor, partitions }: Readonly<{ replicationFactor: number; partitions?: number }>,
): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const wanted = (Object.keys(topics) as TopicName[]).flatMap((name) => [
      { name, ...topics[name] },
      { name: deadLetterTopic(name), ...deadLetterSettings },
    ]);
    const present = new Set(await admin.listTopics());
    const missing = wanted.filter(({ name }) => !present.has(kafka.named(name)));
    if (missing.length === 0) return;
    await admin.createTopics({
      // Not kafkajs' own waiting: it gives up when the broker has not heard of the topic from the controller yet.
      waitForLeaders: false,
      timeout: 30_000,
      topics: missing.map((topic) => ({
        topic: kafka.named(topic.name),
        numPartitions: partitions ?? topic.partitions,
        replicationFactor,
        configEntries: [
          { name: 'retention.ms', value: String(topic.retentionMs) },
          { name: 'cleanup.policy', value: 'delete' },
          { name: 'min.insync.replicas', value: String(Math.max(1, replicationFactor - 1)) },
        ],
      })),
    });
    await untilLed(
      admin,
      missing.map(({ name }) => kafka.named(name)),
    );
  } finally {
    await admin.disconnect();
  }
}

/** Resolves when every partition of the topics has a leader: only then can they be written and read. */
async function untilLed(admin: Admin, names: readonly string[]): Promise<void> {
  const led = async (): Promise<boolean> => {
    const { topics: described } = await admin.fetchTopicMetadata({ topics: [...names] });
    return described.every(({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0));
  };
  for (let attempt = 1; attempt <= 100; attempt += 1) {
    // A topic that the broker does not know yet is an error to kafkajs.
    if (await led().catch(() => false)) return;
    await delay(100);
  }
  throw new DomainError('KAFKA_UNAVAILABLE', `No leader was elected for: ${names.join(', ')}`);
}
