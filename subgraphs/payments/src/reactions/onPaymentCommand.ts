import { paymentCommandSchemas, parseEvent } from '@supergraph/events';
import { causedBy } from '@supergraph/eventsourcing';
import type { EventHandler } from '@supergraph/messaging';
import type { Tx } from '@supergraph/postgres';
import { keepInstruction } from '../instructions.ts';
import type { PaymentStore } from '../paymentStore.ts';
import { lockOrder } from './orderLock.ts';

const wasCancelled = async (tx: Tx, orderId: string): Promise<boolean> =>
  (await tx.query('SELECT 1 FROM cancelled_orders WHERE order_id = $1', [orderId])).length > 0;

/** ProcessPayment becomes a requested payment, and its authorisation is scheduled; a cancelled order's ends at once. */
export const onPaymentCommand =
  ({ payments, now }: Readonly<{ payments: PaymentStore; now: () => Date }>): EventHandler =>
  async (message, tx) => {
    const command = parseEvent(paymentCommandSchemas, message);
    if (command === null) return;
    const { paymentId, orderId, customerId, amount, paymentToken } = command.data;
    await lockOrder(tx, orderId);
    const orderCancelled = await wasCancelled(tx, orderId);
    await payments.handle(
      paymentId,
      {
        type: 'RequestPayment',
        data: { paymentId, orderId, customerId, amount, orderCancelled, at: now().toISOString() },
      },
      causedBy(message),
      {
        tx,
        also: async (_, { state, events }) => {
          if (state.status === 'REQUESTED' && events.length > 0) await keepInstruction(tx, paymentId, paymentToken);
        },
      },
    );
  };
