import { paymentEventSchemas } from '@supergraph/events';
import { createConsumer, type Consumer, type EventHandler, type KafkaClient } from '@supergraph/messaging';
import type { Db } from '@supergraph/postgres';
import type { Logger } from '@supergraph/service-kit';
import type { LiveEvents } from '@supergraph/subgraph-kit';
import type { PaymentStore } from './paymentStore.ts';
import { onOrderCancelled } from './reactions/onOrderCancelled.ts';
import { onPaymentCommand } from './reactions/onPaymentCommand.ts';

type Deps = Readonly<{
  kafka: KafkaClient;
  db: Db;
  log: Logger;
  payments: PaymentStore;
  live: LiveEvents;
  now: () => Date;
}>;

/** What payments listens to, each in a consumer group of its own. */
export function createConsumers({ kafka, db, log, payments, live, now }: Deps): readonly Consumer[] {
  const announce: EventHandler = () => live.announce();
  const everyPaymentEvent = Object.fromEntries(Object.keys(paymentEventSchemas).map((type) => [type, announce]));
  const common = { kafka, db, log };
  return [
    createConsumer({
      ...common,
      group: 'payments-commands',
      handlers: { 'payment-commands': { ProcessPayment: onPaymentCommand({ payments, now }) } },
    }),
    createConsumer({
      ...common,
      group: 'payments-orders',
      handlers: { 'order-events': { OrderCancelled: onOrderCancelled({ payments, now }) } },
    }),
    // Wakes the subscriptions of every process of this service; what they deliver comes from the store.
    createConsumer({ ...common, group: 'payments-live', handlers: { 'payment-events': everyPaymentEvent } }),
  ];
}
