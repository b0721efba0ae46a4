import { deadLetterSettings, deadLetterTopic, topics, type TopicName } from '@supergraph/events';
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
      waitForLeaders: true,
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
  } finally {
    await admin.disconnect();
  }
}
