import { multiplyMoney } from '@supergraph/money';
import { statusAfter } from '../domain/order.ts';
import type {
  OrderEventResolvers,
  OrderItemResolvers,
  OrderResolvers,
  OrderTimelineEntryResolvers,
} from '../generated/graphql.ts';
import { readOrderEvent } from '../readOrderEvent.ts';
import { graphEventType } from './orderEventType.ts';

export const Order: OrderResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.orders.load(id),
  customer: ({ customerId }) => ({ id: customerId }),
  items: ({ id }, _, { loaders }) => loaders.items.load(id),
  timeline: ({ id }, _, { loaders }) => loaders.timelines.load(id),
};

export const OrderItem: OrderItemResolvers = {
  product: ({ productId }) => ({ id: productId }),
  lineTotal: ({ unitPrice, quantity }) => multiplyMoney(unitPrice, quantity),
};

export const OrderTimelineEntry: OrderTimelineEntryResolvers = {
  type: ({ type }) => graphEventType[type],
  status: ({ type }) => statusAfter[type],
};

export const OrderEvent: OrderEventResolvers = {
  id: ({ eventId }) => eventId,
  type: (event) => graphEventType[readOrderEvent(event).type],
  at: (event) => readOrderEvent(event).data.at,
  order: async (event, _, { loaders }) => {
    const order = await loaders.orders.load(event.aggregateId);
    if (order === null) throw new Error(`Event ${event.eventId} is about an order without a row.`);
    return order;
  },
};
