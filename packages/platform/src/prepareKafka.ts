import { createKafka, ensureTopics } from '@supergraph/messaging';
import { pino } from 'pino';
import { waitUntil } from './waitUntil.ts';

/**
 * Makes the topics, and has the broker make its own of the consumers' offsets, before four services ask for them at the
 * same moment. They would manage without it, by trying again; but a first start should not begin with warnings.
 */
export const prepareKafka = async (broker: string, namespace: string): Promise<void> => {
  const kafka = createKafka({ brokers: [broker], clientId: 'platform', namespace, log: pino({ level: 'silent' }) });
  await ensureTopics(kafka, { replicationFactor: 1 });
  const admin = kafka.admin();
  await admin.connect();
  try {
    // The first question about a group's offsets makes the broker create the topic that holds them.
    const ask = () => admin.fetchOffsets({ groupId: kafka.named('platform') });
    await waitUntil(ask, { what: "Kafka's group coordinator", timeoutMs: 90_000, everyMs: 200 });
  } finally {
    await admin.disconnect();
  }
};
