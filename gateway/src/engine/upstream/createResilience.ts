import type { Logger } from '@supergraph/service-kit';
import { createCanary } from './canary.ts';
import { createCircuitBreaker } from './circuitBreaker.ts';
import { systemClock, type Clock } from './clock.ts';
import { createHedge } from './hedge.ts';
import { perSubgraph } from './perSubgraph.ts';
import { remember } from './remember.ts';
import { createRetry } from './retry.ts';
import { createRetryBudget } from './retryBudget.ts';
import type { Wrapper } from './send.ts';
import { policyOf, type UpstreamConfig } from './upstreamConfig.ts';
import type { Observe } from './upstreamEvent.ts';

export type ResilienceOptions = Readonly<{
  config: UpstreamConfig;
  log: Logger;
  observe?: Observe;
  clock?: Clock;
  random?: () => number;
}>;

/**
 * All wrappers in their order. A retry chooses its target anew and is seen by the breaker; a hedged request is one
 * attempt; the breaker stands next to the wire, so that it counts what really happened.
 *
 * What it learns lives as long as what this returns: keep that across schema reloads, so that a broken subgraph stays
 * known, and make a new one when the configuration changes.
 */
export const createResilience = ({
  config,
  log,
  observe = () => {},
  clock = systemClock,
  random = Math.random,
}: ResilienceOptions): Wrapper => {
  const policy = remember((subgraph) => policyOf(config, subgraph));
  const budgetOf = remember((subgraph) => createRetryBudget(policy(subgraph).retryBudget, clock));
  const options = { policy, budgetOf, clock, random, log, observe };
  return perSubgraph([
    createRetry(options),
    createHedge(options),
    createCanary(options),
    createCircuitBreaker(options),
  ]);
};
