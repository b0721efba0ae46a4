import { setTimeout as pause } from 'node:timers/promises';
import { createRelay, ensureTopics, type KafkaClient } from '@supergraph/messaging';
import type { Db } from '@supergraph/postgres';
import type { Lifecycle, Logger, Metrics } from '@supergraph/service-kit';

export type PublishEventsOptions = Readonly<{
  /** A direct connection to the database, for the relay's lock. */
  url: string;
  db: Db;
  kafka: KafkaClient;
  replicationFactor: number;
  metrics: Metrics;
  log: Logger;
  lifecycle: Lifecycle;
}>;

const topicsEveryMs = 2_000;

/**
 * Publishes the event log of a service until the lifecycle ends: its relay, the topics, and the metric of what waits.
 * Kafka may be away, at start too: events wait in the log, and topics are tried for until they are there.
 */
export function publishEvents({
  url,
  db,
  kafka,
  replicationFactor,
  metrics,
  log,
  lifecycle,
}: PublishEventsOptions): void {
  const relay = createRelay({ url, db, kafka, log });
  const lag = metrics.gauge(
    'relay_unpublished_events',
    'Events in the log and not yet in Kafka; absent in a stand-by.',
  );
  const look = (): void => {
    const waiting = relay.lag();
    // `reset` would show 0 (prom-client/lib/gauge.js).
    if (waiting === null) lag.remove();
    else lag.set(waiting);
  };
  const timer = setInterval(look, 5_000);
  const ending = new AbortController();

  const makeTopics = async (): Promise<void> => {
    for (let failures = 0; !ending.signal.aborted; failures += 1) {
      try {
        await ensureTopics(kafka, { replicationFactor });
        return;
      } catch (error) {
        if (failures === 0) log.warn({ err: error }, 'the topics cannot be made right now; tried again');
        await pause(topicsEveryMs, undefined, { signal: ending.signal }).catch(() => undefined);
      }
    }
  };

  relay.start();
  const making = makeTopics();
  lifecycle.onClose('relay', async () => {
    clearInterval(timer);
    ending.abort();
    await making;
    await relay.stop();
  });
}
