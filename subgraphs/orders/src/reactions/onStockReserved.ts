import { parseEvent, productEventSchemas, type PaymentCommand } from '@supergraph/events';
import { appendMessages, causedBy, type Tasks } from '@supergraph/eventsourcing';
import type { EventHandler } from '@supergraph/messaging';
import type { OrderStore } from '../orderStore.ts';
import { takePaymentToken } from '../paymentInstructions.ts';
import { paymentDeadline } from './paymentDeadline.ts';

type Deps = Readonly<{ store: OrderStore; tasks: Pick<Tasks, 'schedule'>; now: () => string; deadlineSeconds: number }>;

/**
 * The stock is there: the order waits for its payment, payments is asked to collect it, and somebody watches the clock.
 * All three are written in one transaction, so that none of them happens without the others.
 */
export const createOnStockReserved =
  ({ store, tasks, now, deadlineSeconds }: Deps): EventHandler =>
  async (event, tx) => {
    const reserved = parseEvent(productEventSchemas, event);
    if (reserved?.type !== 'StockReserved') return;
    const { orderId } = reserved.data;
    const at = now();
    const cause = causedBy(event);
    const { state, events } = await store.handle(orderId, { type: 'ConfirmStock', data: { orderId, now: at } }, cause, {
      tx,
    });
    if (events.length === 0 || state.status === 'NOT_PLACED') return; // reserved before, or cancelled meanwhile

    const paymentToken = await takePaymentToken(tx, orderId);
    if (paymentToken === null) throw new Error(`Order ${orderId} has no payment instruction.`);
    const { customerId, paymentId, total: amount } = state;
    const command: PaymentCommand = {
      type: 'ProcessPayment',
      data: { paymentId, orderId, customerId, amount, paymentToken, at },
    };
    await appendMessages(
      tx,
      [
        {
          topic: 'payment-commands',
          key: orderId,
          aggregateType: 'PaymentCommand',
          aggregateId: paymentId,
          aggregateVersion: 1,
          customerId,
          ...command,
        },
      ],
      cause,
    );
    await tasks.schedule(tx, {
      kind: paymentDeadline,
      key: orderId,
      payload: { orderId, correlationId: cause.correlationId, causationId: event.eventId },
      dueAt: new Date(Date.parse(at) + deadlineSeconds * 1_000),
    });
  };
