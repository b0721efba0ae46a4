import type { Tx } from '@supergraph/postgres';

/**
 * Makes transactions about one order wait for each other, until they end. Its cancellation and its ProcessPayment
 * come on two topics at once: each must see what the other did, or a cancelled order is charged.
 */
export async function lockOrder(tx: Tx, orderId: string): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('order ' || $1, 0))`, [orderId]);
}
