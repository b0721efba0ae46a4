import { DomainError } from '@supergraph/errors';
import type { Logger } from '@supergraph/service-kit';
import { parse, type DocumentNode, type GraphQLSchema } from 'graphql';
import { createApolloThread } from './apolloThread.ts';
import { concreteFragments } from './concreteFragments.ts';
import { createApolloPlanner } from './createApolloPlanner.ts';
import { createInterfaceObjectCheck } from './createInterfaceObjectCheck.ts';
import { createHivePlanner, type HivePlanner } from './createHivePlanner.ts';
import { createPlanCheck } from './createPlanCheck.ts';
import { overrideLabels } from './overrideLabels.ts';
import { PlanError, PlanTimeoutError, type Plan, type Planner } from './plan.ts';

/** A way to a plan; the next one is tried when it throws a PlanError. */
type Attempt = (query: string, percentage: number) => Promise<Plan>;

/** Hive's planner passes over it. */
const hasContexts = (supergraphSdl: string): boolean => supergraphSdl.includes('https://specs.apollo.dev/context/');

/**
 * Hive's planner, and Apollo's for operations that Hive's cannot plan or plans wrongly: at 0.0.38 some of those whose
 * `@requires` come after an entity that is itself reached by several ways, and some types behind an interface object.
 * A supergraph with `@context` is Apollo's alone.
 *
 * @param schema what clients see
 * @param seconds how long Apollo's may take for one operation
 * @throws for an SDL that is no supergraph; `plan` throws a PlanError for an operation that neither plans
 * rightly, and a DomainError for one that takes too long
 */
export const createPlanner = (supergraphSdl: string, schema: GraphQLSchema, log: Logger, seconds: number): Planner => {
  const document = parse(supergraphSdl, { noLocation: true });
  const check = createPlanCheck(document);
  const labels = overrideLabels(document);
  const thread = createApolloThread(supergraphSdl, seconds * 1_000);
  const apollo: Attempt = createApolloPlanner(thread, labels);
  const concretely =
    (attempt: Attempt): Attempt =>
    (query, percentage) =>
      attempt(concreteFragments(query, schema), percentage);
  const attempts = [apollo, concretely(apollo)];
  // Hive's planner passes over @defer as well.
  const hive = hasContexts(supergraphSdl) ? [] : [checked(createHivePlanner(supergraphSdl), document)];
  return {
    overridePercentages: [...new Set(labels.map(({ percent }) => percent))].toSorted((a, b) => a - b),
    plan: async (query, percentage, deferring = false) => {
      let reason: unknown;
      for (const attempt of deferring ? attempts : [...hive, ...attempts]) {
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
      // A deferred operation is planned again without @defer.
      throw reason instanceof PlanTimeoutError && !deferring ? tooComplex(reason, seconds) : reason;
    },
    close: thread.close,
  };
};

const tooComplex = (cause: PlanTimeoutError, limit: number): DomainError =>
  new DomainError(
    'OPERATION_TOO_COMPLEX',
    `The operation could not be planned within ${limit} s.`,
    { limit },
    { cause },
  );

/** Without the plans that only Hive's planner makes. */
const checked = (planner: HivePlanner, supergraph: DocumentNode): Attempt => {
  const check = createInterfaceObjectCheck(supergraph);
  return async (query, percentage) => {
    const plan = await planner(query, percentage);
    check(plan);
    return plan;
  };
};
