import type { PaymentEvent } from '@supergraph/events';
import { causedBy, createEventStore, type EventStore, type Tasks } from '@supergraph/eventsourcing';
import type { Db } from '@supergraph/postgres';
import type { PaymentCommand } from './domain/commands.ts';
import { paymentDecider } from './domain/decide.ts';
import type { Payment } from './domain/payment.ts';
import { providerWorkAfter } from './domain/providerWork.ts';
import { dropInstruction } from './instructions.ts';
import { projectPayment } from './projectPayment.ts';
import type { ProviderTask } from './providerTask.ts';

/** Loads payments and lets them decide. */
export type PaymentStore = EventStore<Payment, PaymentCommand, PaymentEvent>;

/**
 * The event store of payments. Whoever appends, the read tables follow and the provider's work is scheduled in the
 * same transaction: no road to an event can forget them.
 */
export const createPaymentStore = ({ db, schedule }: Readonly<{ db: Db; schedule: Tasks['schedule'] }>): PaymentStore =>
  createEventStore<Payment, PaymentCommand, PaymentEvent>({
    db,
    aggregateType: 'Payment',
    topic: 'payment-events',
    decider: paymentDecider,
    customerOf: (payment) => (payment.status === 'NONE' ? null : payment.customerId),
    // One order's messages stay in order, whichever payment they are about.
    keyOf: (payment, id) => (payment.status === 'NONE' ? id : payment.orderId),
    onAppend: async (tx, handled) => {
      await projectPayment(tx, handled);
      const last = handled.events.at(-1);
      if (last === undefined) return;
      for (const work of providerWorkAfter(handled.events, handled.state))
        await schedule(tx, {
          kind: work.kind,
          key: work.key,
          payload: { ...work, cause: causedBy(last) } satisfies ProviderTask,
        });
      if (handled.state.status !== 'REQUESTED') await dropInstruction(tx, handled.id);
    },
  });
