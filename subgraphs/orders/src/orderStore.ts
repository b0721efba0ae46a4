import type { OrderEvent } from '@supergraph/events';
import { createEventStore, type EventStore } from '@supergraph/eventsourcing';
import type { Db } from '@supergraph/postgres';
import type { OrderCommand } from './domain/commands.ts';
import type { OrderState } from './domain/order.ts';
import { order } from './domain/orderDecider.ts';
import { takePaymentToken } from './paymentInstructions.ts';
import { projectOrder } from './projectOrder.ts';

export type OrderStore = EventStore<OrderState, OrderCommand, OrderEvent>;

/** Orders in their event store, with the inline tables written in the transaction of every append. */
export const createOrderStore = (db: Db): OrderStore =>
  createEventStore({
    db,
    aggregateType: 'Order',
    topic: 'order-events',
    decider: order,
    customerOf: (state) => (state.status === 'NOT_PLACED' ? null : state.customerId),
    onAppend: async (tx, { id, events }) => {
      for (const event of events) {
        await projectOrder(tx, event);
        if (event.type === 'OrderCancelled') await takePaymentToken(tx, id);
      }
    },
  });
