import { QueryPlanner } from '@graphql-hive/router-query-planner';
import { PlanError, type Planner } from './plan.ts';
import { parseHivePlan } from './parseHivePlan.ts';

/** Features this planner passes over without a word; planning without them would give wrong answers. */
const refused = [{ feature: '@context and @fromContext', url: /specs\.apollo\.dev\/context\// }];

/**
 * The planner of Hive Router, in Rust.
 *
 * @throws PlanError when the supergraph uses a feature that it drops, or is none
 */
export const createHivePlanner = (supergraphSdl: string): Planner => {
  for (const { feature, url } of refused) {
    if (url.test(supergraphSdl)) {
      throw new PlanError(`The supergraph uses ${feature}, which the compiled engine cannot plan: use engine: apollo.`);
    }
  }
  const planner = new QueryPlanner(supergraphSdl);
  const none = new Set<string>();
  return {
    plan: async (query, percentage) => {
      let plan: unknown;
      try {
        plan = await planner.planAsync(query, null, none, percentage);
      } catch (error) {
        throw new PlanError('The operation could not be planned.', { cause: error });
      }
      return parseHivePlan(plan);
    },
    overridePercentages: planner.overridePercentages.toSorted((a, b) => a - b),
  };
};
