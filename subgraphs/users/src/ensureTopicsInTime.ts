import { setTimeout as pause } from 'node:timers/promises';
import { ensureTopics, type KafkaClient } from '@supergraph/messaging';
import type { Lifecycle, Logger } from '@supergraph/service-kit';

/**
 * Creates the topics in the background and tries until it succeeds: accounts can be read and changed while Kafka is
 * away, and their events wait in the outbox.
 */
export const ensureTopicsInTime = (
  kafka: KafkaClient,
  options: Readonly<{ replicationFactor: number }>,
  log: Logger,
  lifecycle: Lifecycle,
  everyMs = 2_000,
): void => {
  const ending = new AbortController();
  const untilDone = async (): Promise<void> => {
    for (let failures = 0; !ending.signal.aborted; failures += 1) {
      try {
        return await ensureTopics(kafka, options);
      } catch (error) {
        if (failures === 0) log.warn({ err: error }, 'the topics cannot be made right now; tried again');
        await pause(everyMs, undefined, { signal: ending.signal }).catch(() => undefined);
      }
    }
  };
  const work = untilDone();
  lifecycle.onClose('topics', async () => {
    ending.abort();
    await work;
  });
};
