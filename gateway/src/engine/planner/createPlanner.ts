import type { Supergraph } from '@apollo/federation-internals';
import type { Logger } from '@supergraph/service-kit';
import { parse } from 'graphql';
import { createApolloPlanner } from './createApolloPlanner.ts';
import { createHivePlanner } from './createHivePlanner.ts';
import { createPlanCheck } from './createPlanCheck.ts';
import { PlanError, type Plan, type Planner } from './plan.ts';

/**
 * Hive's planner, and Apollo's for operations that Hive's cannot plan or plans wrongly: at 0.0.38 some of those whose `@requires` come
 * after an entity that is itself reached by several ways, and some types behind an interface object.
 *
 * @throws PlanError for a supergraph with a feature that would be dropped silently; `plan` throws one for an operation
 * that neither plans rightly
 */
export const createPlanner = (supergraphSdl: string, supergraph: Supergraph, log: Logger): Planner => {
  const first = createHivePlanner(supergraphSdl);
  const check = createPlanCheck(parse(supergraphSdl, { noLocation: true }));
  // Made when first needed: for most supergraphs it never is.
  let second: ((query: string) => Plan) | undefined;
  return {
    overridePercentages: first.overridePercentages,
    plan: async (query, percentage) => {
      try {
        const plan = await first.plan(query, percentage);
        check(plan);
        return plan;
      } catch (error) {
        if (!(error instanceof PlanError)) throw error;
        log.debug({ err: error }, 'the first planner gives up, the second is asked');
        second ??= createApolloPlanner(supergraph);
        const plan = second(query);
        check(plan);
        return plan;
      }
    },
  };
};
