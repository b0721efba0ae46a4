import { deadLetterTopic, type TopicName } from '@supergraph/events';
import { readBacklog, replayGroup } from './deadLetterBacklog.ts';
import type { KafkaClient } from './kafka.ts';

/**
 * Sends the messages of a dead letter topic back to where they came from, once each: the offsets of what was
 * replayed are committed. Consumers that had handled a message know it and pass it over; the one that had failed
 * tries again. For an operator's hand, after the cause is mended: nothing calls it by itself.
 *
 * @returns how many messages were sent.
 */
export async function replayDeadLetters(kafka: KafkaClient, topic: TopicName): Promise<number> {
  const from = kafka.named(deadLetterTopic(topic));
  const admin = kafka.admin();
  const producer = kafka.producer();
  const consumer = kafka.consumer(replayGroup);
  await admin.connect();
  try {
    const backlog = new Map(await readBacklog(kafka, admin, topic));
    if (backlog.size === 0) return 0;

    await producer.connect();
    await consumer.connect();
    await consumer.subscribe({ topics: [from], fromBeginning: true });
    let sent = 0;
    await new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
      consumer
        .run({
          autoCommit: false,
          eachMessage: async ({ partition, message }) => {
            const next = BigInt(message.offset) + 1n;
            const end = backlog.get(partition)?.to;
            if (end === undefined) return;
            await producer.send({
              topic: kafka.named(topic),
              acks: -1,
              messages: [
                { key: message.key, value: message.value, ...(message.headers ? { headers: message.headers } : {}) },
              ],
            });
            await consumer.commitOffsets([{ topic: from, partition, offset: String(next) }]);
            sent += 1;
            if (next >= end) backlog.delete(partition);
            if (backlog.size === 0) resolve();
          },
        })
        .catch(reject);
    });
    return sent;
  } finally {
    await consumer.disconnect().catch(() => undefined);
    await producer.disconnect().catch(() => undefined);
    await admin.disconnect();
  }
}
