import { deadLetterTopic, topics, type TopicName } from '@supergraph/events';
import type { Admin } from 'kafkajs';
import type { KafkaClient } from './kafka.ts';

/** The group whose offsets tell what was replayed already. */
export const replayGroup = 'dead-letter-replay';

/** Where replaying a dead letter topic starts and ends: the partitions that hold something not replayed yet. */
export type Backlog = ReadonlyMap<number, Readonly<{ from: bigint; to: bigint }>>;

/** Reads the backlog of one dead letter topic. */
export async function readBacklog(kafka: KafkaClient, admin: Admin, topic: TopicName): Promise<Backlog> {
  const name = kafka.named(deadLetterTopic(topic));
  const offsets = await admin.fetchTopicOffsets(name);
  const [replayed] = await admin.fetchOffsets({ groupId: kafka.named(replayGroup), topics: [name] });
  const done = new Map(replayed?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
  return new Map(
    offsets
      .map(({ partition, low, high }) => {
        const next = done.get(partition) ?? -1n;
        return [partition, { from: next > BigInt(low) ? next : BigInt(low), to: BigInt(high) }] as const;
      })
      .filter(([, { from, to }]) => from < to),
  );
}

/** How many messages wait in each dead letter topic for an operator. */
export async function countDeadLetters(kafka: KafkaClient): Promise<ReadonlyMap<TopicName, number>> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const counts = new Map<TopicName, number>();
    for (const topic of Object.keys(topics) as TopicName[]) {
      const backlog = await readBacklog(kafka, admin, topic);
      counts.set(
        topic,
        [...backlog.values()].reduce((sum, { from, to }) => sum + Number(to - from), 0),
      );
    }
    return counts;
  } finally {
    await admin.disconnect();
  }
}
