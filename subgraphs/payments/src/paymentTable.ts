import type { DeclineCode } from '@supergraph/events';
import type { Query } from '@supergraph/postgres';
import type { Payment } from './domain/payment.ts';

/** A row of the read table `payments`; amounts in minor units of `currency`, times RFC 3339 in UTC. */
export type PaymentRow = Readonly<{
  id: string;
  order_id: string;
  customer_id: string;
  status: Exclude<Payment['status'], 'NONE'>;
  amount: number;
  currency: string;
  captured_amount: number;
  refunded_amount: number;
  method_brand: string | null;
  method_last4: string | null;
  decline_code: DeclineCode | null;
  created_at: string;
  updated_at: string;
}>;

/** A row of the read table `refunds`. */
export type RefundRow = Readonly<{
  id: string;
  payment_id: string;
  amount: number;
  currency: string;
  reason: string;
  status: 'REQUESTED' | 'DONE' | 'FAILED';
  created_at: string;
}>;

type From = Readonly<{ query: Query }>;

const columns = `id, order_id, customer_id, status, amount, currency, captured_amount, refunded_amount,
  method_brand, method_last4, decline_code, created_at, updated_at`;

/** The payments with these ids, in no order. */
export const findPayments = (from: From, ids: readonly string[]): Promise<readonly PaymentRow[]> =>
  from.query<PaymentRow>(`SELECT ${columns} FROM payments WHERE id = ANY($1::uuid[])`, [ids]);

/** The newest payment of each of these orders, in no order. */
export const findPaymentsOfOrders = (from: From, orderIds: readonly string[]): Promise<readonly PaymentRow[]> =>
  from.query<PaymentRow>(
    `SELECT DISTINCT ON (order_id) ${columns} FROM payments WHERE order_id = ANY($1::uuid[])
     ORDER BY order_id, created_at DESC`,
    [orderIds],
  );

/** The refunds of these payments, oldest first. */
export const findRefunds = (from: From, paymentIds: readonly string[]): Promise<readonly RefundRow[]> =>
  from.query<RefundRow>(
    `SELECT id, payment_id, amount, currency, reason, status, created_at FROM refunds
     WHERE payment_id = ANY($1::uuid[]) ORDER BY created_at, id`,
    [paymentIds],
  );

/** Which payments to list; null is no condition. */
export type PaymentFilter = Readonly<{
  status: readonly string[] | null;
  customerId: string | null;
  orderId: string | null;
}>;

/** A place in the list: the payment that was seen last. */
export type PaymentPlace = Readonly<{ createdAt: string; id: string }>;

/** Payments, newest first, behind `after`. */
export const listPayments = (
  from: From,
  { status, customerId, orderId }: PaymentFilter,
  { after, limit }: Readonly<{ after: PaymentPlace | null; limit: number }>,
): Promise<readonly PaymentRow[]> =>
  from.query<PaymentRow>(
    `SELECT ${columns} FROM payments
     WHERE ($1::text[] IS NULL OR status = ANY($1))
       AND ($2::uuid IS NULL OR customer_id = $2)
       AND ($3::uuid IS NULL OR order_id = $3)
       AND ($4::timestamptz IS NULL OR (created_at, id) < ($4, $5::uuid))
     ORDER BY created_at DESC, id DESC LIMIT $6`,
    [status, customerId, orderId, after?.createdAt ?? null, after?.id ?? null, limit],
  );
