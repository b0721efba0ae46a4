const hour = 3_600_000;
const day = 24 * hour;

/** What Kafka is told about a topic, and how a reader of it treats a message that cannot be handled. */
export type Topic = Readonly<{
  partitions: number;
  retentionMs: number;
  /** Attempts after the first before a message goes to the dead letter topic. */
  maxRetries: number;
  backoff: 'exponential' | 'linear';
}>;

/**
 * Every topic of the platform, with the architecture's partitions, retention and retries. Where the
 * architecture names no number for a topic, its defaults hold: 12 partitions, 7 days, 3 retries.
 */
export const topics = {
  'user-events': { partitions: 12, retentionMs: 7 * day, maxRetries: 3, backoff: 'exponential' },
  'product-events': { partitions: 12, retentionMs: 7 * day, maxRetries: 3, backoff: 'exponential' },
  'order-events': { partitions: 24, retentionMs: 30 * day, maxRetries: 3, backoff: 'exponential' },
  'payment-events': { partitions: 12, retentionMs: 90 * day, maxRetries: 5, backoff: 'linear' },
  'payment-commands': { partitions: 6, retentionMs: day, maxRetries: 3, backoff: 'exponential' },
} as const satisfies Record<string, Topic>;

export type TopicName = keyof typeof topics;

/** Where a message goes that cannot be handled; one partition, kept 30 days for an operator to look at. */
export const deadLetterTopic = (topic: TopicName): `${TopicName}-dlq` => `${topic}-dlq`;

/** One partition is enough for what should stay empty. */
export const deadLetterSettings = { partitions: 1, retentionMs: 30 * day } as const;
