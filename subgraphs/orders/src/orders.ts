import { can, isSelf, userIdOf } from '@supergraph/auth';
import { DomainError } from '@supergraph/errors';
import type { CancelReason } from '@supergraph/events';
import type { Cause } from '@supergraph/eventsourcing';
import type { Db } from '@supergraph/postgres';
import type { Asking } from './asking.ts';
import type { OrderCommand } from './domain/commands.ts';
import { readTrackingNumber } from './inputs.ts';
import { pageOfOrders, type PageOfOrders, type OrderFilter, type OrderPage } from './orderPages.ts';
import { findOrders, type OrderRow } from './orderRows.ts';
import type { OrderStore } from './orderStore.ts';
import { createPlaceOrder, type Placing } from './placeOrder.ts';

type Deps = Readonly<{
  db: Db;
  store: OrderStore;
  /** RFC 3339, UTC. */
  now: () => string;
}>;

/** What can be asked of orders. Every verb returns the order as it is after it. */
export type Orders = Readonly<{
  place: (input: unknown, asking: Asking) => Promise<Placing>;
  /** @throws DomainError ORDER_NOT_FOUND (somebody else's, too), ORDER_NOT_CANCELLABLE, BAD_USER_INPUT */
  cancel: (input: Readonly<{ orderId: string; reason: CancelReason | null }>, asking: Asking) => Promise<OrderRow>;
  /** @throws DomainError ORDER_NOT_FOUND, ORDER_NOT_SHIPPABLE, BAD_USER_INPUT */
  ship: (input: Readonly<{ orderId: string; trackingNumber: string | null }>, asking: Asking) => Promise<OrderRow>;
  /** @throws DomainError ORDER_NOT_FOUND, ORDER_NOT_DELIVERABLE */
  deliver: (input: Readonly<{ orderId: string }>, asking: Asking) => Promise<OrderRow>;
  page: (filter: OrderFilter, page: OrderPage) => Promise<PageOfOrders>;
}>;

/** Reasons that a person may give; the others are findings of the platform. */
const staffReasons: readonly CancelReason[] = ['CUSTOMER_REQUEST', 'STAFF_REQUEST', 'OUT_OF_STOCK'];

export function createOrders({ db, store, now }: Deps): Orders {
  const notFound = (orderId: string): DomainError =>
    new DomainError('ORDER_NOT_FOUND', 'There is no such order.', { orderId });

  const handle = async (orderId: string, command: OrderCommand, cause: Cause): Promise<OrderRow> => {
    await store.handle(orderId, command, cause);
    const [row] = await findOrders(db, [orderId]);
    if (row === undefined) throw notFound(orderId);
    return row;
  };

  return {
    place: createPlaceOrder({ db, store, now }),

    cancel: async ({ orderId: given, reason }, { viewer, cause }) => {
      const orderId = given.toLowerCase();
      const { state } = await store.load(orderId);
      // Rules on the type come after the effect, so the command itself asks whose order it is, before anything happens.
      if (state.status === 'NOT_PLACED') throw notFound(orderId);
      const own = isSelf(viewer, state.customerId);
      const staff = can(viewer, 'order:write');
      if (!own && !staff) throw notFound(orderId);
      const chosen = reason ?? (own ? 'CUSTOMER_REQUEST' : 'STAFF_REQUEST');
      if (!(staff ? staffReasons : ['CUSTOMER_REQUEST']).includes(chosen))
        throw new DomainError('BAD_USER_INPUT', 'This reason is not yours to give.', { reason: chosen });
      const by = userIdOf(viewer);
      return handle(orderId, { type: 'CancelOrder', data: { orderId, by, reason: chosen, now: now() } }, cause);
    },

    ship: async ({ orderId: given, trackingNumber: number }, { viewer, cause }) => {
      const orderId = given.toLowerCase();
      const trackingNumber = readTrackingNumber(number);
      const by = userIdOf(viewer);
      return handle(orderId, { type: 'ShipOrder', data: { orderId, by, trackingNumber, now: now() } }, cause);
    },

    deliver: async ({ orderId: given }, { viewer, cause }) => {
      const orderId = given.toLowerCase();
      return handle(orderId, { type: 'DeliverOrder', data: { orderId, by: userIdOf(viewer), now: now() } }, cause);
    },

    page: (filter, page) => pageOfOrders(db, filter, page),
  };
}
