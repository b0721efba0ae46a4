import { Supergraph } from '@apollo/federation-internals';
import { isDomainError } from '@supergraph/errors';
import type { Logger } from '@supergraph/service-kit';
import { Kind, OperationTypeNode, parse } from 'graphql';
import { compileCost } from '../cost/compileCost.ts';
import { readWeights } from '../cost/readWeights.ts';
import { compileOperation } from '../engine/compile/compileOperation.ts';
import { createTypeNames } from '../engine/compile/typeNames.ts';
import { createPlanner } from '../engine/planner/createPlanner.ts';
import { checkOperations, type OperationProblem } from './checkOperations.ts';
import type { RegisteredOperation } from './manifest.ts';

/** What was found out about operations. */
export type Checked = Readonly<{
  problems: readonly OperationProblem[];
  /** What each costs, by its id, for variables that are not given; nothing where the cost needs one that is. */
  costs: ReadonlyMap<string, number>;
}>;

/** Compares operations with a supergraph: whether they are valid, can be planned, and what they cost. */
export type OperationCheck = (operations: readonly RegisteredOperation[]) => Promise<Checked>;

export type OperationCheckOptions = Readonly<{
  /** How long a list is taken to be that says nothing of it. */
  listSize: number;
  /** How long Apollo's planner may take for an operation. */
  planningSeconds: number;
}>;

/**
 * Loads a supergraph only to look at operations.
 *
 * @throws for an SDL that is no supergraph
 */
export const createOperationCheck = (
  supergraphSdl: string,
  { listSize, planningSeconds }: OperationCheckOptions,
  log: Logger,
): OperationCheck => {
  const document = parse(supergraphSdl, { noLocation: true });
  // Who may see a field is decided per request; here only its shape matters.
  const supergraph = Supergraph.build(supergraphSdl, { supportedFeatures: null });
  const schema = supergraph.apiSchema().toGraphQLJSSchema();
  const types = createTypeNames(document);
  const planner = createPlanner(supergraphSdl, schema, log, planningSeconds);

  const weights = readWeights(document);

  /** The cost, or null; what cannot be planned is a problem. */
  const examine = async ({ body }: RegisteredOperation): Promise<number | null | string> => {
    const parsed = parse(body);
    const operation = parsed.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
    if (operation === undefined) return 'has no operation';
    // Subscriptions are planned when somebody subscribes, by another planner.
    if (operation.operation === OperationTypeNode.SUBSCRIPTION) return null;
    try {
      await compileOperation({ schema, types, planner, cache: null }, parsed, operation, {}, 0);
    } catch (error) {
      return `cannot be planned: ${error instanceof Error ? error.message : String(error)}`;
    }
    const cost = compileCost({ schema, weights, listSize }, parsed, operation)({});
    return isDomainError(cost) ? null : cost;
  };

  return async (operations) => {
    const problems = [...checkOperations(schema, operations)];
    const costs = new Map<string, number>();
    const bad = new Set(problems.map(({ id }) => id));
    for (const operation of operations) {
      if (bad.has(operation.id)) continue;
      const found = await examine(operation);
      if (typeof found === 'string') problems.push({ id: operation.id, name: operation.name, problem: found });
      else if (found !== null) costs.set(operation.id, found);
    }
    return { problems, costs };
  };
};
