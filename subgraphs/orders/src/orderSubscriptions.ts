import { can, userIdOf, type Principal } from '@supergraph/auth';
import { DomainError } from '@supergraph/errors';
import type { LiveEvents, ResumableStream, SubscribeRequest } from '@supergraph/subgraph-kit';
import type { OrderStore } from './orderStore.ts';

/** Live events of orders for those who may see them. */
export type OrderSubscriptions = Readonly<{
  /**
   * Follows one order, or without an id all of the viewer's own, or everyone's for staff.
   *
   * @throws DomainError ORDER_NOT_FOUND (somebody else's, too), FORBIDDEN, and for a cursor that does not hold
   */
  follow: (orderId: string | null, viewer: Principal, request: SubscribeRequest | null) => Promise<ResumableStream>;
}>;

export const createOrderSubscriptions = ({
  live,
  store,
}: Readonly<{ live: LiveEvents; store: OrderStore }>): OrderSubscriptions => ({
  follow: async (given, viewer, request) => {
    const staff = can(viewer, 'order:read');
    const userId = userIdOf(viewer);
    if (given === null) {
      if (staff) return live.subscribe('all', request);
      if (userId === null) throw new DomainError('FORBIDDEN', 'You may not do this.');
      return live.subscribe({ customerId: userId }, request);
    }
    const orderId = given.toLowerCase();
    const { state } = await store.load(orderId);
    if (state.status === 'NOT_PLACED' || !(staff || state.customerId === userId))
      throw new DomainError('ORDER_NOT_FOUND', 'There is no such order.', { orderId });
    return live.subscribe({ key: orderId }, request);
  },
});
