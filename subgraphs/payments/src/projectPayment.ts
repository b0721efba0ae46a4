import type { PaymentEvent } from '@supergraph/events';
import type { Tx } from '@supergraph/postgres';
import { sumsOf, type Payment } from './domain/payment.ts';

/** What was appended to a payment, and what the payment is with it. */
type Appended = Readonly<{ id: string; state: Payment; events: readonly PaymentEvent[]; version: number }>;

const methodIn = (events: readonly PaymentEvent[]) =>
  events.flatMap((event) => (event.type === 'PaymentAuthorized' ? [event.data.method] : []))[0];
const declineIn = (events: readonly PaymentEvent[]) =>
  events.flatMap((event) => (event.type === 'PaymentDeclined' ? [event.data.code] : []))[0];

/**
 * Writes an append into the read tables `payments` and `refunds`, in the append's transaction: who reads after a
 * command sees its result.
 */
export async function projectPayment(tx: Tx, { id, state, events, version }: Appended): Promise<void> {
  const [first] = events;
  const last = events.at(-1);
  if (state.status === 'NONE' || first === undefined || last === undefined) return;
  const { captured, refunded } = sumsOf(state);
  const method = methodIn(events);
  await tx.query(
    `INSERT INTO payments (id, order_id, customer_id, status, amount, currency, captured_amount, refunded_amount,
                           method_brand, method_last4, decline_code, version, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
     ON CONFLICT (id) DO UPDATE SET
       status = excluded.status, captured_amount = excluded.captured_amount, refunded_amount = excluded.refunded_amount,
       method_brand = coalesce(excluded.method_brand, payments.method_brand),
       method_last4 = coalesce(excluded.method_last4, payments.method_last4),
       decline_code = coalesce(excluded.decline_code, payments.decline_code),
       version = excluded.version, updated_at = excluded.updated_at`,
    [
      id,
      state.orderId,
      state.customerId,
      state.status,
      state.amount.amount,
      state.amount.currency,
      captured.amount,
      refunded.amount,
      method?.brand ?? null,
      method?.last4 ?? null,
      declineIn(events) ?? null,
      version,
      first.data.at, // counts only when the row is new
      last.data.at,
    ],
  );
  for (const event of events) await projectRefund(tx, event);
}

async function projectRefund(tx: Tx, { type, data }: PaymentEvent): Promise<void> {
  switch (type) {
    case 'RefundRequested':
      await tx.query(
        `INSERT INTO refunds (id, payment_id, amount, currency, reason, status, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, 'REQUESTED', $6, $6)`,
        [data.refundId, data.paymentId, data.amount.amount, data.amount.currency, data.reason, data.at],
      );
      return;
    case 'PaymentRefunded':
    case 'RefundFailed':
      await tx.query('UPDATE refunds SET status = $2, updated_at = $3 WHERE id = $1', [
        data.refundId,
        type === 'PaymentRefunded' ? 'DONE' : 'FAILED',
        data.at,
      ]);
      return;
    case 'PaymentRequested':
    case 'PaymentAuthorized':
    case 'PaymentDeclined':
    case 'PaymentCaptureRequested':
    case 'PaymentCaptured':
    case 'PaymentFailed':
    case 'PaymentVoided':
    case 'PaymentAuthorizedLate':
    case 'PaymentAuthorizationReleased':
      return;
  }
}
