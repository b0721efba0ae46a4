import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { createDistribution } from './createDistribution.ts';

/** One GraphQL operation that was answered. */
export type ObservedOperation = Readonly<{
  /** The operation's name, as the client gave it; null when it has none. */
  operation: string | null;
  /** `ok`, or the code of the first error. */
  outcome: string;
  /** Null when the answer is one event of a stream: its age says nothing about us. */
  seconds: number | null;
}>;

export type Metrics = Readonly<{
  registry: Registry;
  /** Counts an operation and how long it took. */
  observeOperation: (observed: ObservedOperation) => void;
  counter: <Label extends string = never>(name: string, help: string, labels?: readonly Label[]) => Counter<Label>;
  /**
   * A counter with one label, for what happens many times a second: counting is an addition, and only whoever reads the
   * metrics pays for their form.
   *
   * @returns counts one for a value of the label
   */
  tally: (name: string, help: string, label: string) => (value: string) => void;
  /**
   * A histogram with one label, and as cheap as `tally`.
   *
   * @param buckets their upper bounds, in ascending order
   * @returns observes a measure for a value of the label
   */
  distribution: (
    name: string,
    help: string,
    buckets: readonly number[],
    label: string,
  ) => (value: string, measure: number) => void;
  gauge: <Label extends string = never>(name: string, help: string, labels?: readonly Label[]) => Gauge<Label>;
  histogram: <Label extends string = never>(
    name: string,
    help: string,
    buckets: readonly number[],
    labels?: readonly Label[],
  ) => Histogram<Label>;
}>;

/**
 * Lets the first `limit` different values through and calls the rest `other`: clients choose operation names, and
 * every new label value is a new series that Prometheus keeps.
 */
export const boundedLabel = (limit: number): ((value: string) => string) => {
  const seen = new Set<string>();
  return (value) => {
    if (seen.has(value)) return value;
    if (seen.size >= limit) return 'other';
    seen.add(value);
    return value;
  };
};

const latencyBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** A registry of its own for each service, so that several can run in one process. */
export const createMetrics = (service: string): Metrics => {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });

  const answered = new Map<string, Map<string, number>>();
  new Counter({
    name: 'graphql_operations_total',
    help: 'Operations answered, by name and outcome (ok, or the code of the first error).',
    labelNames: ['operation', 'outcome'] as const,
    registers: [registry],
    collect() {
      for (const [operation, counts] of answered)
        for (const [outcome, count] of counts) this.inc({ operation, outcome }, count);
      answered.clear();
    },
  });
  const distribution: Metrics['distribution'] = (name, help, buckets, label) => {
    const measured = createDistribution(buckets);
    const histogram = new Histogram({ name, help, buckets: [...buckets], labelNames: [label], registers: [registry] });
    const get = async () => ({
      name,
      help,
      type: 'histogram',
      aggregator: 'sum',
      values: measured.values(name, label),
    });
    // The registry reads the second where there is one.
    Object.assign(histogram, { get, getForPromString: get });
    return measured.observe;
  };
  const latency = distribution(
    'graphql_operation_seconds',
    'Time from the parsed request to the answer, in seconds.',
    latencyBuckets,
    'operation',
  );
  const nameOf = boundedLabel(200);

  return {
    registry,
    observeOperation: ({ operation, outcome, seconds }) => {
      const name = nameOf(operation ?? 'anonymous');
      let counts = answered.get(name);
      if (counts === undefined) answered.set(name, (counts = new Map()));
      add(counts, outcome);
      if (seconds !== null) latency(name, seconds);
    },
    counter: (name, help, labels = []) => new Counter({ name, help, labelNames: labels, registers: [registry] }),
    tally: (name, help, label) => {
      const counts = new Map<string, number>();
      new Counter({
        name,
        help,
        labelNames: [label],
        registers: [registry],
        collect() {
          for (const [value, count] of counts) this.inc({ [label]: value }, count);
          counts.clear();
        },
      });
      return (value) => add(counts, value);
    },
    distribution,
    gauge: (name, help, labels = []) => new Gauge({ name, help, labelNames: labels, registers: [registry] }),
    histogram: (name, help, buckets, labels = []) =>
      new Histogram({ name, help, buckets: [...buckets], labelNames: labels, registers: [registry] }),
  };
};

const add = (counts: Map<string, number>, value: string): void => void counts.set(value, (counts.get(value) ?? 0) + 1);
