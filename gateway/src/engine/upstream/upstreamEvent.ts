export type CircuitState = 'closed' | 'open' | 'half-open';

/** Something worth counting. Every value but the subgraph's name comes from a short list, so it may be a label. */
export type UpstreamEvent =
  | Readonly<{ kind: 'circuit'; subgraph: string; target: Target; state: CircuitState }>
  | Readonly<{ kind: 'refused'; subgraph: string; target: Target }>
  | Readonly<{ kind: 'retry'; subgraph: string; outcome: 'sent' | 'over budget' }>
  | Readonly<{ kind: 'hedge'; subgraph: string; outcome: 'sent' | 'won' | 'over budget' }>
  | Readonly<{ kind: 'canary'; subgraph: string; outcome: 'stopped' | 'fell back' }>;

export type Target = 'stable' | 'canary';

/** Told of every event; must not throw. */
export type Observe = (event: UpstreamEvent) => void;
