import { can, userIdOf, type Principal } from '@supergraph/auth';
import { DomainError } from '@supergraph/errors';
import type { PositionedEvent } from '@supergraph/eventsourcing';
import type { LiveEvents } from '@supergraph/subgraph-kit';

/** What happens to payments from now on, for whoever may know. */
export type FollowPayments = (orderId: string | null, viewer: Principal) => AsyncIterableIterator<PositionedEvent>;

/** Passes on what matches. Not an async generator: its `return()` would wait for the next event. */
const only = (
  source: AsyncIterableIterator<PositionedEvent>,
  matches: (event: PositionedEvent) => boolean,
): AsyncIterableIterator<PositionedEvent> => {
  const values: AsyncIterableIterator<PositionedEvent> = {
    next: async () => {
      for (;;) {
        const result = await source.next();
        if (result.done === true || matches(result.value)) return result;
      }
    },
    return: async () => (await source.return?.()) ?? { done: true, value: undefined },
    throw: async (error: unknown) => {
      await source.return?.();
      throw error;
    },
    [Symbol.asyncIterator]: () => values,
  };
  return values;
};

/**
 * Follows one order's payment, or without an order all of the viewer's own, or everybody's for staff. An order may be
 * followed before payments knows of it, as right after it was placed; somebody else's stays silent, as if unknown.
 *
 * @returns throws DomainError FORBIDDEN for a program that may not read payments: it has none of its own.
 */
export const createFollowPayments =
  (live: LiveEvents): FollowPayments =>
  (given, viewer) => {
    const orderId = given?.toLowerCase() ?? null;
    if (can(viewer, 'payment:read')) return live.subscribe(orderId === null ? 'all' : { key: orderId });
    const customerId = userIdOf(viewer);
    if (customerId === null) throw new DomainError('FORBIDDEN', 'You may not do this.');
    const own = live.subscribe({ customerId });
    return orderId === null ? own : only(own, ({ key }) => key === orderId);
  };
