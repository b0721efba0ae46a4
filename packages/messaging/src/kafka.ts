import { Kafka, logLevel, Partitioners, type Admin, type Consumer, type LogEntry, type Producer } from 'kafkajs';
import type { Logger } from 'pino';

/** A Kafka cluster as this platform uses it; kafkajs is known to this package alone. */
export type KafkaClient = Readonly<{
  /** The real name of a topic or consumer group: the installation's namespace goes before it. */
  named: (name: string) => string;
  admin: () => Admin;
  producer: () => Producer;
  consumer: (group: string) => Consumer;
}>;

/** How to reach a cluster. */
export type KafkaOptions = Readonly<{
  brokers: readonly string[];
  clientId: string;
  /** Goes before every topic and group, so that installations can share a cluster; empty for one alone. */
  namespace: string;
  log: Logger;
}>;

/** Connects on first use. */
export function createKafka({ brokers, clientId, namespace, log }: KafkaOptions): KafkaClient {
  const kafka = new Kafka({
    brokers: [...brokers],
    clientId,
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
    // Callers loop themselves: long inner retries would only hide an outage from them, and hold up a shutdown.
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 3 },
    logCreator: () => (entry) => forward(log, entry),
  });
  return {
    named: (name) => `${namespace}${name}`,
    admin: () => kafka.admin(),
    producer: () =>
      kafka.producer({
        allowAutoTopicCreation: false,
        createPartitioner: Partitioners.DefaultPartitioner,
        // One in flight keeps the order; the outer loop repeats what failed, and consumers know duplicates.
        maxInFlightRequests: 1,
      }),
    consumer: (group) =>
      kafka.consumer({
        groupId: `${namespace}${group}`,
        allowAutoTopicCreation: false,
        // A killed consumer is missed after 10 s, not 30.
        sessionTimeout: 10_000,
        heartbeatInterval: 1_000,
        maxWaitTimeInMs: 500,
        // The loop in createConsumer starts it again.
        retry: {
          initialRetryTime: 100,
          maxRetryTime: 1_000,
          retries: 3,
          restartOnFailure: () => Promise.resolve(false),
        },
      }),
  };
}

/** kafkajs tells of each reconnect as an error; the callers' own lines say what matters, so these are for debugging. */
const forward = (log: Logger, { level, log: { message, ...details } }: LogEntry): void => {
  if (level === logLevel.ERROR || level === logLevel.WARN) log.debug({ kafka: details }, message);
};
