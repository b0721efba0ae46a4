import type { OrderEvent } from '@supergraph/events';
import type { Tx } from '@supergraph/postgres';
import { statusAfter } from './domain/order.ts';

/**
 * Writes what an event means for the inline tables, in the transaction that appends it: whoever reads an order after a
 * command sees what the command did.
 */
export async function projectOrder(tx: Tx, event: OrderEvent): Promise<void> {
  if (event.type === 'OrderPlaced') return insertOrder(tx, event.data);
  const { orderId, at } = event.data;
  await tx.query(
    `UPDATE orders SET status = $2, updated_at = $3,
                       cancel_reason = coalesce($4, cancel_reason), tracking_number = coalesce($5, tracking_number)
     WHERE order_id = $1`,
    [
      orderId,
      statusAfter[event.type],
      at,
      event.type === 'OrderCancelled' ? event.data.reason : null,
      event.type === 'OrderShipped' ? event.data.trackingNumber : null,
    ],
  );
}

async function insertOrder(tx: Tx, placed: Extract<OrderEvent, { type: 'OrderPlaced' }>['data']): Promise<void> {
  const { orderId, customerId, paymentId, items, total, shippingAddressId, at } = placed;
  await tx.query(
    `INSERT INTO orders (order_id, customer_id, payment_id, status, total_amount, total_currency,
                         shipping_address_id, placed_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)`,
    [orderId, customerId, paymentId, statusAfter.OrderPlaced, total.amount, total.currency, shippingAddressId, at],
  );
  await tx.query(
    `INSERT INTO order_items (order_id, line, product_id, sku, name, quantity, unit_amount, unit_currency)
     SELECT $1, line, product_id, sku, name, quantity, amount, currency
     FROM unnest($2::text[], $3::text[], $4::text[], $5::smallint[], $6::integer[], $7::text[]) WITH ORDINALITY
          AS item (product_id, sku, name, quantity, amount, currency, line)`,
    [
      orderId,
      items.map(({ productId }) => productId),
      items.map(({ sku }) => sku),
      items.map(({ name }) => name),
      items.map(({ quantity }) => quantity),
      items.map(({ unitPrice }) => unitPrice.amount),
      items.map(({ unitPrice }) => unitPrice.currency),
    ],
  );
}
