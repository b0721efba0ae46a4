import { isDomainError } from '@supergraph/errors';
import { parseEvent, paymentEventSchemas } from '@supergraph/events';
import { causedBy, type Tasks } from '@supergraph/eventsourcing';
import type { EventHandler } from '@supergraph/messaging';
import type { OrderCommand } from '../domain/commands.ts';
import type { OrderStore } from '../orderStore.ts';
import { paymentDeadline } from './paymentDeadline.ts';

type Answer = Extract<OrderCommand, { type: 'AuthorizePayment' | 'ConfirmPayment' | 'DeclinePayment' }>['type'];

/** What each event of a payment means for its order; the others mean nothing to it. */
const answers: Readonly<Record<string, Answer>> = {
  PaymentAuthorized: 'AuthorizePayment',
  PaymentCaptured: 'ConfirmPayment',
  PaymentDeclined: 'DeclinePayment',
  PaymentFailed: 'DeclinePayment',
};

type Deps = Readonly<{
  store: OrderStore;
  tasks: Pick<Tasks, 'cancel'>;
  now: () => string;
  log: Readonly<{ info: (details: object, message: string) => void }>;
}>;

/** Handlers for what payments answers, by event type. */
export function createOnPayment({ store, tasks, now, log }: Deps): Readonly<Record<string, EventHandler>> {
  const handler =
    (type: Answer): EventHandler =>
    async (event, tx) => {
      const payment = parseEvent(paymentEventSchemas, event);
      if (payment === null) return;
      const { orderId } = payment.data;
      try {
        const { state } = await store.handle(orderId, { type, data: { orderId, now: now() } }, causedBy(event), { tx });
        if (state.status === 'PAID' || state.status === 'CANCELLED') await tasks.cancel(tx, paymentDeadline, orderId);
      } catch (error) {
        // A payment may succeed while its order is being cancelled. The order stays cancelled, and payments voids or
        // refunds when it hears of that; nothing was written yet, so the transaction is still good.
        if (!isDomainError(error, 'ORDER_NOT_PAYABLE') || error.details['status'] !== 'CANCELLED') throw error;
        log.info(
          { orderId, event: event.type },
          'the payment of a cancelled order went through and will be given back',
        );
      }
    };
  return Object.fromEntries(Object.entries(answers).map(([type, answer]) => [type, handler(answer)]));
}
