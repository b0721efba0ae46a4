import type { Supergraph } from '@apollo/federation-internals';
import type { Logger } from '@supergraph/service-kit';
import { parse } from 'graphql';
import { concreteFragments } from './concreteFragments.ts';
import { createApolloPlanner } from './createApolloPlanner.ts';
import { createInterfaceObjectCheck } from './createInterfaceObjectCheck.ts';
import { createHivePlanner } from './createHivePlanner.ts';
import { createPlanCheck } from './createPlanCheck.ts';
import { PlanError, type Plan, type Planner } from './plan.ts';

/** A way to a plan; the next one is tried when it throws a PlanError. */
type Attempt = (query: string, percentage: number) => Plan | Promise<Plan>;

/**
 * Hive's planner, and Apollo's for operations that Hive's cannot plan or plans wrongly: at 0.0.38 some of those whose
 * `@requires` come after an entity that is itself reached by several ways, and some types behind an interface object.
 *
 * @throws PlanError for a supergraph with a feature that would be dropped silently; `plan` throws one for an operation
 * that neither plans rightly
 */
export const createPlanner = (supergraphSdl: string, supergraph: Supergraph, log: Logger): Planner => {
  const first = createHivePlanner(supergraphSdl);
  const document = parse(supergraphSdl, { noLocation: true });
  const check = createPlanCheck(document);
  const schema = supergraph.apiSchema().toGraphQLJSSchema();
  // Made when first needed: for most supergraphs it never is.
  let apollo: ((query: string) => Plan) | undefined;
  const behind = createInterfaceObjectCheck(document);
  const hive: Attempt = async (query, percentage) => {
    const plan = await first.plan(query, percentage);
    behind(plan);
    return plan;
  };
  const second: Attempt = (query) => (apollo ??= createApolloPlanner(supergraph))(query);
  const attempts: readonly Attempt[] = [
    hive,
    second,
    (query, percentage) => hive(concreteFragments(query, schema), percentage),
    (query, percentage) => second(concreteFragments(query, schema), percentage),
  ];
  return {
    overridePercentages: first.overridePercentages,
    plan: async (query, percentage) => {
      let reason: unknown;
      for (const attempt of attempts) {
        try {
          const plan = await attempt(query, percentage);
          check(plan);
          return plan;
        } catch (error) {
          if (!(error instanceof PlanError)) throw error;
          reason = error;
          log.debug({ err: error }, 'a planner gives up');
        }
      }
      throw reason;
    },
  };
};
