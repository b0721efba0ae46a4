import { QueryPlanner } from '@graphql-hive/router-query-planner';
import { PlanError, type Plan } from './plan.ts';
import { parseHivePlan } from './parseHivePlan.ts';

/** @throws PlanError when the operation cannot be planned */
export type HivePlanner = (query: string, percentage: number) => Promise<Plan>;

/**
 * The planner of Hive Router, in Rust. It drops `@context` and `@fromContext` without a word.
 *
 * @throws for an SDL that is no supergraph
 */
export const createHivePlanner = (supergraphSdl: string): HivePlanner => {
  const planner = new QueryPlanner(supergraphSdl);
  const none = new Set<string>();
  return async (query, percentage) => {
    let plan: unknown;
    try {
      plan = await planner.planAsync(query, null, none, percentage);
    } catch (error) {
      throw new PlanError('The operation could not be planned.', { cause: error });
    }
    return parseHivePlan(plan);
  };
};
