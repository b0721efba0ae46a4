import {
  allow,
  and,
  can,
  isSelf,
  or,
  permission,
  rule,
  signedIn,
  type FederationFields,
  type Rules,
} from '@supergraph/auth';
import type { StoredEvent } from '@supergraph/events';
import type { Context, UserReference } from './context.ts';
import type { OrderRow } from './orderRows.ts';

const readsOrders = permission('order:read');
const writesOrders = permission('order:write');

const ownsOrder = rule<OrderRow, Context>('ownsOrder', (order, _, { viewer }) => isSelf(viewer, order.customerId));
const isThatUser = rule<UserReference, Context>('isThatUser', (user, _, { viewer }) => isSelf(viewer, user.id));

/** Asked when the stream is opened, without an event, and again for each event. */
const mayFollow = rule<StoredEvent | undefined, Context>('mayFollow', (event, _, { viewer }) => {
  if (can(viewer, 'order:read')) return true;
  return event === undefined ? viewer.kind === 'user' : isSelf(viewer, event.customerId);
});

/** Who may do what with orders. Closed by default; ownership is on the types, so that `_entities` meets it too. */
export const permissions = (federation: FederationFields): Rules => ({
  Query: { ...federation, order: or(signedIn, readsOrders), orders: readsOrders },
  // cancelOrder asks for the owner before any effect: rules on the returned order would come too late.
  Mutation: {
    placeOrder: signedIn,
    cancelOrder: or(signedIn, writesOrders),
    shipOrder: writesOrders,
    deliverOrder: writesOrders,
  },
  Subscription: { orderEvents: and(or(signedIn, readsOrders), mayFollow) },
  Order: { '*': or(ownsOrder, readsOrders) },
  User: { id: allow, orders: or(isThatUser, readsOrders) },
  // What follows is only reached through what is guarded above.
  OrderItem: allow,
  OrderTimelineEntry: allow,
  OrderEvent: allow,
  OrderConnection: allow,
  OrderEdge: allow,
  PlaceOrderPayload: allow,
  CancelOrderPayload: allow,
  ShipOrderPayload: allow,
  DeliverOrderPayload: allow,
  Product: allow,
  Money: allow,
  PageInfo: allow,
});
