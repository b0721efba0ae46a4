import { deadLetterTopic, type TopicName } from '@supergraph/events';
import type { KafkaMessage, Producer } from 'kafkajs';
import type { KafkaClient } from './kafka.ts';

/** Why and from where a message was put aside; kept in its headers. */
export type DeadLetterReason = Readonly<{ group: string; partition: number; error: unknown }>;

/** Puts messages aside that cannot be handled; an operator replays them (`replayDeadLetters`), nothing else does. */
export type DeadLetters = Readonly<{
  add: (topic: TopicName, message: KafkaMessage, reason: DeadLetterReason) => Promise<void>;
  close: () => Promise<void>;
}>;

/** Connects on first use: most consumers never need it. */
export function createDeadLetters(kafka: KafkaClient): DeadLetters {
  let producer: Producer | undefined;
  return {
    add: async (topic, message, { group, partition, error }) => {
      if (producer === undefined) {
        const connecting = kafka.producer();
        await connecting.connect();
        producer = connecting;
      }
      await producer.send({
        topic: kafka.named(deadLetterTopic(topic)),
        acks: -1,
        messages: [
          {
            key: message.key,
            value: message.value,
            headers: {
              ...message.headers,
              dlq_reason: String(error).slice(0, 1_000),
              dlq_group: group,
              dlq_topic: topic,
              dlq_partition: String(partition),
              dlq_offset: message.offset,
              dlq_at: new Date().toISOString(),
            },
          },
        ],
      });
    },
    close: async () => {
      await producer?.disconnect();
    },
  };
}
