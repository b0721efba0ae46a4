import { DomainError } from '@supergraph/errors';
import type { Metrics } from '@supergraph/service-kit';
import { andThen, type PromiseOrValue } from '../engine/promiseOrValue.ts';
import type { RequestContext } from '../requestContext.ts';
import { createLimiter, type Accepted, type Charge, type LimiterEvent, type Refused } from './createLimiter.ts';
import type { Ledger } from './ledger.ts';
import type { RateLimitConfig } from './rateLimitConfig.ts';
import { createSubjectOf, type Subject } from './subjects.ts';

/**
 * What requests, operations on a WebSocket and subscriptions are held against. A refusal is DomainError RATE_LIMITED;
 * how the principal stands is written into the context's response headers.
 */
export type RateLimit = Readonly<{
  /** Before anything is read: who has nothing left is refused. */
  admit: (context: RequestContext) => DomainError | null;
  /** Before anything is fetched: takes the points, or refuses. */
  charge: (context: RequestContext, points: number) => PromiseOrValue<DomainError | null>;
  /** What a request turned out to cost; the rest of what it was charged is there again. Never waits. */
  settle: (context: RequestContext, points: number) => void;
  /** Gives back what gateways lease. */
  close: () => Promise<void>;
}>;

export type RateLimitOptions = Readonly<{
  config: RateLimitConfig;
  /** Shared by all gateways; null: limits hold for each one alone. */
  ledger: Ledger | null;
  metrics: Metrics;
}>;

export const createRateLimit = ({ config, ledger, metrics }: RateLimitOptions): RateLimit => {
  const { replicas, leased } = config;
  const limiter = createLimiter({ ledger, replicas, leased, observe: createObserve(metrics) });
  const subjectOf = createSubjectOf(config);
  const accepted = new WeakMap<RequestContext, Accepted>();

  const describe = (context: RequestContext, subject: Subject): void => {
    context.responseHeaders['ratelimit-policy'] = subject.limits.policy;
    let limit = '';
    for (const { name, remaining, resetSeconds } of limiter.standing(subject)) {
      limit += `${limit === '' ? '' : ', '}"${name}";r=${remaining};t=${resetSeconds}`;
    }
    context.responseHeaders['ratelimit'] = limit;
  };

  const refuse = (context: RequestContext, subject: Subject, { retryAfterSeconds }: Refused): DomainError => {
    describe(context, subject);
    context.responseHeaders['retry-after'] = String(retryAfterSeconds);
    return new DomainError('RATE_LIMITED', `The quota is spent. Try again in ${retryAfterSeconds} s.`, {
      retryAfterSeconds,
    });
  };

  const decide = (context: RequestContext, subject: Subject, points: number, charge: Charge): DomainError | null => {
    if (!charge.accepted) return refuse(context, subject, charge);
    // Of one point nothing is ever given back.
    if (points > 1) accepted.set(context, charge);
    describe(context, subject);
    return null;
  };

  return {
    admit: (context) => {
      const subject = subjectOf(context.principal, context.clientAddress);
      const refused = limiter.refusal(subject);
      return refused === undefined ? null : refuse(context, subject, refused);
    },
    charge: (context, points) => {
      const subject = subjectOf(context.principal, context.clientAddress);
      const { most } = subject.limits;
      if (points > most) {
        const message = 'The operation costs more points than the quota has.';
        return new DomainError('OPERATION_TOO_EXPENSIVE', message, { points, quota: most });
      }
      return andThen(limiter.charge(subject, points), (charge) => decide(context, subject, points, charge));
    },
    settle: (context, points) => accepted.get(context)?.settle(points),
    close: limiter.close,
  };
};

const createObserve = (metrics: Metrics): ((event: LimiterEvent) => void) =>
  metrics.tally(
    'gateway_rate_limit_decisions_total',
    'Decisions on requests: paid from leased points, by the ledger, from the local share; refused, or refused unread.',
    'decision',
  );
