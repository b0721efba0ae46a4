import { DomainError, isDomainError } from '@supergraph/errors';
import type { Answered } from '../engine/graphqlRequest.ts';
import type { RequestContext } from '../requestContext.ts';
import { pointsOf } from './points.ts';

/** The cost, or the refusal of an operation that costs more than `limits.cost`. */
export const checkCost = (cost: number | DomainError, limit: number): number | DomainError =>
  isDomainError(cost) || cost <= limit
    ? cost
    : new DomainError('OPERATION_TOO_EXPENSIVE', 'The operation could cost more than is accepted.', { cost, limit });

/** Whether a client asked what its operation costs. */
export const wantsCost = ({ headers }: RequestContext): boolean => headers['x-cost'] === 'true';

/** Adds `extensions.cost` to an answer: what was estimated, what a rate limit charges for it, and what is the most. */
export const withCost = (answered: Answered, cost: number, limit: number): Answered => {
  if (answered.status !== 200) return answered;
  const text = answered.body.toString();
  if (!text.endsWith('}')) return answered;
  const told = JSON.stringify({ cost: { estimated: cost, points: pointsOf(cost), limit } });
  return { ...answered, body: `${text.slice(0, -1)},"extensions":${told}}` };
};
