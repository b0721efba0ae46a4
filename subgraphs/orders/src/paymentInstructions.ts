import type { Tx } from '@supergraph/postgres';

/** Keeps the card token of an order that is being placed, outside of its events. */
export async function keepPaymentToken(tx: Tx, orderId: string, paymentToken: string): Promise<void> {
  await tx.query('INSERT INTO payment_instructions (order_id, payment_token) VALUES ($1, $2)', [orderId, paymentToken]);
}

/** Hands out the card token of an order and forgets it: it is used once. Null when it is gone already. */
export async function takePaymentToken(tx: Tx, orderId: string): Promise<string | null> {
  const [row] = await tx.query<{ payment_token: string }>(
    'DELETE FROM payment_instructions WHERE order_id = $1 RETURNING payment_token',
    [orderId],
  );
  return row?.payment_token ?? null;
}
