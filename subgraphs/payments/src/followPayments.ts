import { can, userIdOf, type Principal } from '@supergraph/auth';
import { DomainError } from '@supergraph/errors';
import type { LiveEvents, ResumableStream, SubscribeRequest } from '@supergraph/subgraph-kit';

/** What happens to payments, from now or from where a cursor says, for whoever may know. */
export type FollowPayments = (
  orderId: string | null,
  viewer: Principal,
  request: SubscribeRequest | null,
) => Promise<ResumableStream>;

/**
 * Follows one order's payment, or without an order all of the viewer's own, or everybody's for staff. An order may be
 * followed before payments knows of it, as right after it was placed; somebody else's stays silent, as if unknown.
 *
 * @returns throws DomainError FORBIDDEN for a program that may not read payments: it has none of its own; and what
 * `LiveEvents.subscribe` throws for a cursor that does not hold.
 */
export const createFollowPayments =
  (live: LiveEvents): FollowPayments =>
  async (given, viewer, request) => {
    const orderId = given?.toLowerCase() ?? null;
    if (can(viewer, 'payment:read')) return live.subscribe(orderId === null ? 'all' : { key: orderId }, request);
    const customerId = userIdOf(viewer);
    if (customerId === null) throw new DomainError('FORBIDDEN', 'You may not do this.');
    return live.subscribe(orderId === null ? { customerId } : { key: orderId, customerId }, request);
  };
