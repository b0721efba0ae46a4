import type { Supergraph } from '@apollo/federation-internals';
import type { Logger } from '@supergraph/service-kit';
import { createApolloPlanner } from './createApolloPlanner.ts';
import { createHivePlanner } from './createHivePlanner.ts';
import { PlanError, type Plan, type Planner } from './plan.ts';

/**
 * Hive's planner, and Apollo's for operations that Hive's cannot plan: at 0.0.38 some of those whose `@requires` come
 * after an entity that is itself reached by several ways, and some types behind an interface object.
 *
 * @throws PlanError for a supergraph with a feature that would be dropped silently
 */
export const createPlanner = (supergraphSdl: string, supergraph: Supergraph, log: Logger): Planner => {
  const first = createHivePlanner(supergraphSdl);
  // Made when first needed: for most supergraphs it never is.
  let second: ((query: string) => Plan) | undefined;
  return {
    overridePercentages: first.overridePercentages,
    plan: async (query, percentage) => {
      try {
        return await first.plan(query, percentage);
      } catch (error) {
        if (!(error instanceof PlanError)) throw error;
        log.debug({ err: error }, 'the first planner gives up, the second is asked');
        second ??= createApolloPlanner(supergraph);
        return second(query);
      }
    },
  };
};
