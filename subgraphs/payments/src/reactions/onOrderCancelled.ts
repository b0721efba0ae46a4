import { randomUUID } from 'node:crypto';
import { orderEventSchemas, parseEvent } from '@supergraph/events';
import { causedBy } from '@supergraph/eventsourcing';
import type { EventHandler } from '@supergraph/messaging';
import type { Tx } from '@supergraph/postgres';
import type { PaymentStore } from '../paymentStore.ts';
import { lockOrder } from './orderLock.ts';

/** Longer than a ProcessPayment can be under way: its topic keeps it for a day, its dead letter topic for 30. */
const rememberedDays = 31;

const rememberCancelled = async (tx: Tx, orderId: string): Promise<void> => {
  await tx.query('INSERT INTO cancelled_orders (order_id) VALUES ($1) ON CONFLICT DO NOTHING', [orderId]);
  await tx.query('DELETE FROM cancelled_orders WHERE cancelled_at < now() - make_interval(days => $1)', [
    rememberedDays,
  ]);
};

/**
 * A cancelled order's payment is voided, or given back when it was captured. Without a payment yet, the cancellation
 * is remembered for the ProcessPayment that may still arrive.
 */
export const onOrderCancelled =
  ({ payments, now }: Readonly<{ payments: PaymentStore; now: () => Date }>): EventHandler =>
  async (message, tx) => {
    const event = parseEvent(orderEventSchemas, message);
    if (event?.type !== 'OrderCancelled') return;
    const { orderId } = event.data;
    await lockOrder(tx, orderId);
    const known = await tx.query<{ id: string }>('SELECT id FROM payments WHERE order_id = $1', [orderId]);
    if (known.length === 0) await rememberCancelled(tx, orderId);
    for (const { id } of known)
      await payments.handle(
        id,
        {
          type: 'CancelPayment',
          data: { reason: 'ORDER_CANCELLED', refundId: randomUUID(), at: now().toISOString() },
        },
        causedBy(message),
        { tx },
      );
  };
