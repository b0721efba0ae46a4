import type { Principal } from '@supergraph/auth';
import { DomainError } from '@supergraph/errors';
import type { Logger } from '@supergraph/service-kit';
import type { GatewayCache } from './cache/createGatewayCache.ts';
import type { GatewayConfig } from './config.ts';
import { pointsOf } from './cost/points.ts';
import type { PersistedOperations } from './persistedOperations/startPersistedOperations.ts';
import type { RateLimit } from './rateLimit/createRateLimit.ts';
import { noSteps, type Steps } from './steps.ts';

export type StepsOptions = Readonly<{
  config: Pick<GatewayConfig, 'engine' | 'persistedOperations'>;
  rateLimit: RateLimit | null;
  persistedOperations: PersistedOperations;
  cache: GatewayCache | null;
  log: Logger;
}>;

/** Puts the features of the edge into their places in the path of a request. */
export const createSteps = ({ config, rateLimit, persistedOperations, cache, log }: StepsOptions): Steps => {
  const steps: Steps = {
    admit: rateLimit === null ? null : rateLimit.admit,
    resolve: (request, { principal }) => persistedOperations.resolve(request, principal),
    chargeSubscription: rateLimit === null ? null : (context) => rateLimit.charge(context, 1),
    charge: rateLimit === null ? null : ({ cost }, context) => rateLimit.charge(context, pointsOf(cost)),
    respond: cache === null ? null : cache.respond,
    settle: rateLimit === null ? null : (cost, context) => rateLimit.settle(context, pointsOf(cost)),
  };
  return config.engine === 'compiled' ? steps : withoutSteps(config.persistedOperations.restrictClients, log);
};

/** Apollo's engine has none of these places. What must not be left open is closed at the door. */
const withoutSteps = (restrictClients: boolean, log: Logger): Steps => {
  log.warn('engine: apollo knows neither rate limits nor registered operations; programs without a user are refused');
  const refusalOf = (principal: Principal): DomainError | null =>
    restrictClients && principal.kind === 'client'
      ? new DomainError('OPERATION_NOT_REGISTERED', 'This gateway cannot tell which operations are registered.')
      : null;
  return {
    ...noSteps,
    admit: ({ principal }) => refusalOf(principal),
    // Asked on a WebSocket only.
    resolve: ({ query, variables, operationName }, { principal }) =>
      refusalOf(principal) ?? { query: query ?? '', variables, operationName },
  };
};
