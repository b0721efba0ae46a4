import type { Metrics } from '@supergraph/service-kit';
import type { Observe } from './upstreamEvent.ts';

const stateNumbers = { closed: 0, 'half-open': 1, open: 2 } as const;

/** Counts what the wrappers do, for Prometheus. Once for each registry. */
export const createResilienceMetrics = (metrics: Metrics): Observe => {
  const circuits = metrics.gauge(
    'gateway_upstream_circuit_state',
    'The circuit of a subgraph: 0 closed, 1 half-open, 2 open.',
    ['subgraph', 'target'],
  );
  const events = metrics.counter(
    'gateway_upstream_events_total',
    'Refusals of the circuit breaker, retries, hedged requests and canary decisions, by subgraph.',
    ['subgraph', 'kind', 'outcome'],
  );
  return (event) => {
    switch (event.kind) {
      case 'circuit':
        circuits.set({ subgraph: event.subgraph, target: event.target }, stateNumbers[event.state]);
        break;
      case 'refused':
        events.inc({ subgraph: event.subgraph, kind: event.kind, outcome: event.target });
        break;
      case 'retry':
      case 'hedge':
      case 'canary':
        events.inc({ subgraph: event.subgraph, kind: event.kind, outcome: event.outcome });
        break;
    }
  };
};
