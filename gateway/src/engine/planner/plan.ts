import type { DocumentNode } from 'graphql';

/**
 * The one form of a query plan that compiler and scheduler know. Adapters translate what their planner writes, so
 * that neither a planner's quirks nor its node kinds reach any further.
 */
export type Plan = Readonly<{ node: PlanNode | null }>;

export type PlanNode =
  | Readonly<{ kind: 'sequence'; nodes: readonly PlanNode[] }>
  | Readonly<{ kind: 'parallel'; nodes: readonly PlanNode[] }>
  /** What is answered first, and for each label of `@defer` what may come later. */
  | Readonly<{ kind: 'defer'; primary: PlanNode | null; deferred: readonly DeferredNode[] }>
  | Readonly<{ kind: 'condition'; variable: string; then: PlanNode | null; otherwise: PlanNode | null }>
  | Readonly<{ kind: 'fetch'; request: SubgraphRequest; outputRewrites: readonly Rewrite[] }>
  | Readonly<{ kind: 'entities'; request: SubgraphRequest; groups: readonly EntityGroup[] }>;

export type DeferredNode = Readonly<{ label: string; node: PlanNode | null }>;

/** One operation for one subgraph. A subscription is the first one of its plan, and each event the answer to it. */
export type SubgraphRequest = Readonly<{
  subgraph: string;
  kind: 'query' | 'mutation' | 'subscription';
  text: string;
  document: DocumentNode;
  operationName: string | undefined;
  /** The client's variables that it needs, by name. */
  variables: readonly string[];
}>;

/** One `_entities` field of a request: whom it asks about, and what becomes of the answers. */
export type EntityGroup = Readonly<{
  /** The response key of its `_entities` field. */
  key: string;
  /** The variable that takes the representations. */
  variable: string;
  /** Where in the answer the entities are; every place of every path gets what comes back for it. */
  paths: readonly (readonly PathSegment[])[];
  requires: readonly Requirement[];
  inputRewrites: readonly Rewrite[];
  outputRewrites: readonly Rewrite[];
  /** Arguments that come from objects around the entities; nearly always none. */
  contexts: readonly ContextArgument[];
}>;

/** A variable of a request whose value is in an object around an entity: `@fromContext`. */
export type ContextArgument = Readonly<{
  variable: string;
  /** How many fields above the entity that object is. */
  up: number;
  /** The way from there to the value. Several may be for one variable; the first that is there is taken. */
  path: readonly RewriteSegment[];
}>;

/** A step of a path through the answer. Lists are walked through wherever they are met and have no step. */
export type PathSegment =
  Readonly<{ kind: 'field'; name: string }> | Readonly<{ kind: 'type'; names: readonly string[] }>;

/** What a representation is made of: `from` is read in the answer, `to` is written. */
export type Requirement =
  | Readonly<{ kind: 'field'; from: string; to: string; selections: readonly Requirement[] | null }>
  | Readonly<{ kind: 'fragment'; type: string; selections: readonly Requirement[] }>;

/** A change to the data on the way in (representations) or on the way out (answers). */
export type Rewrite =
  | Readonly<{ kind: 'set'; path: readonly RewriteSegment[]; value: string }>
  | Readonly<{ kind: 'rename'; path: readonly RewriteSegment[]; to: string }>;

export type RewriteSegment =
  Readonly<{ kind: 'key'; name: string }> | Readonly<{ kind: 'type'; names: readonly string[] }>;

/** Plans operations of one supergraph. */
export type Planner = Readonly<{
  /**
   * Plans an operation that is valid, has no introspection and no condition left in it.
   *
   * @param percentage 0 to 100, the request's draw for progressive `@override`
   * @param deferring whether it has `@defer`, each with a label of its own
   * @throws PlanError when it cannot be planned
   */
  plan: (query: string, percentage: number, deferring?: boolean) => Promise<Plan>;
  /** Where a draw for progressive `@override` makes a difference; empty when it never does. */
  overridePercentages: readonly number[];
  /** What is being planned is given up. */
  close: () => Promise<void>;
}>;

/** The planner could not plan, or planned what we do not know: a mistake of ours or the planner's, never the client's. */
export class PlanError extends Error {
  override readonly name: string = 'PlanError';
}

/** The planner was given no more time. */
export class PlanTimeoutError extends PlanError {
  override readonly name = 'PlanTimeoutError';
}
