import type { Relay } from '@supergraph/messaging';
import type { Lifecycle, Metrics } from '@supergraph/service-kit';

/** Shows how many events wait to be published; nothing while another process is the relay. */
export const watchLag = (metrics: Metrics, relay: Pick<Relay, 'lag'>, lifecycle: Lifecycle, everyMs = 5_000): void => {
  const gauge = metrics.gauge('relay_unpublished_events', 'Events that are in the store and not yet in Kafka.');
  const look = (): void => {
    const lag = relay.lag();
    if (lag === null) gauge.remove();
    else gauge.set(lag);
  };
  look();
  const timer = setInterval(look, everyMs);
  lifecycle.onClose('lag watch', () => clearInterval(timer));
};
