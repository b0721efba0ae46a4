import type { StockLine } from '@supergraph/events';
import { appendMessages, type Cause } from '@supergraph/eventsourcing';
import type { Tx } from '@supergraph/postgres';
import { applyChanges } from './changeProduct.ts';
import { decideShipment } from './domain/decisions.ts';
import { decideReservation, linesOf } from './domain/reservation.ts';
import { reservationMessage } from './productEvents.ts';
import { lockProducts } from './productRows.ts';

/** The order that a reaction is about, and the event that it reacts to. */
export type Occasion = Readonly<{ orderId: string; customerId: string | null; cause: Cause; at: string }>;

/**
 * Holds back all items of an order, or none of them, and says which. Runs in the transaction that remembers the
 * message. The rows of the products are locked before their stock is read, so that of many buyers of the last piece
 * exactly one gets it. An order that was seen before, ended ones included, is left as it is.
 *
 * Every reaction locks in one order, so that no two wait for each other: the reservation's row, then the rows of the
 * products by id. Writing the row after the products deadlocked with a cancellation of the same order, because ON
 * CONFLICT DO NOTHING also waits for a transaction that updates the row it meets.
 */
export async function reserveStock(tx: Tx, items: readonly StockLine[], occasion: Occasion): Promise<void> {
  const { orderId, customerId, cause, at } = occasion;
  const lines = linesOf(items);
  const first = await insertReservation(tx, { orderId, status: 'RESERVED', lines, version: 1, at });
  if (!first) return;
  const products = await lockProducts(tx, productIds(lines));
  const decision = decideReservation(lines, products);
  switch (decision.status) {
    case 'RESERVED': {
      await changeReserved(tx, lines, 1);
      const event = { type: 'StockReserved' as const, data: { orderId, lines: [...lines], at } };
      await appendMessages(tx, [reservationMessage(event, 1, customerId)], cause);
      return;
    }
    case 'REJECTED': {
      await tx.query(`UPDATE stock_reservations SET status = 'REJECTED' WHERE order_id = $1`, [orderId]);
      const unavailable = [...decision.unavailable];
      const event = { type: 'StockRejected' as const, data: { orderId, unavailable, at } };
      await appendMessages(tx, [reservationMessage(event, 1, customerId)], cause);
    }
  }
}

/** Gives back what an order holds, because it ended early. Nothing happens when it holds nothing. */
export async function releaseStock(tx: Tx, occasion: Occasion): Promise<void> {
  const { orderId, customerId, cause, at } = occasion;
  const held = await endReservation(tx, 'RELEASED', occasion);
  if (held === null) return;
  const { lines, version } = held;
  await lockProducts(tx, productIds(lines));
  await changeReserved(tx, lines, -1);
  const event = { type: 'StockReleased' as const, data: { orderId, lines: [...lines], at } };
  await appendMessages(tx, [reservationMessage(event, version, customerId)], cause);
}

/** What an order holds has left the warehouse: it is neither reserved nor on hand any more. */
export async function shipStock(tx: Tx, occasion: Occasion): Promise<void> {
  const held = await endReservation(tx, 'SHIPPED', occasion);
  if (held === null) return;
  const products = await lockProducts(tx, productIds(held.lines));
  for (const { productId, quantity } of held.lines) {
    const product = products.get(productId);
    if (product === undefined) continue;
    await applyChanges(tx, product, decideShipment(product, quantity, occasion.at), occasion.cause);
  }
}

/**
 * Ends a reservation and says what it held; null when it held nothing. An order never seen is remembered as ended:
 * its OrderPlaced may have been put aside and come back later, and must not reserve then.
 */
async function endReservation(
  tx: Tx,
  status: 'RELEASED' | 'SHIPPED',
  { orderId, at }: Occasion,
): Promise<Readonly<{ lines: readonly StockLine[]; version: number }> | null> {
  // First, because it waits for a reservation that another process is just making.
  const unknown = await insertReservation(tx, { orderId, status, lines: [], version: 0, at });
  if (unknown) return null;
  const [held] = await tx.query<{ lines: StockLine[]; version: number }>(
    `UPDATE stock_reservations SET status = $2, version = version + 1, updated_at = $3
      WHERE order_id = $1 AND status = 'RESERVED'
      RETURNING lines, version`,
    [orderId, status, at],
  );
  return held ?? null;
}

const productIds = (lines: readonly StockLine[]): readonly string[] => lines.map(({ productId }) => productId);

/** Enters an order into the table; false when it is there already. Waits for whoever is just entering it. */
async function insertReservation(
  tx: Tx,
  row: Readonly<{ orderId: string; status: string; lines: readonly StockLine[]; version: number; at: string }>,
): Promise<boolean> {
  const inserted = await tx.query(
    `INSERT INTO stock_reservations (order_id, status, lines, version, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $5)
     ON CONFLICT (order_id) DO NOTHING
     RETURNING order_id`,
    [row.orderId, row.status, JSON.stringify(row.lines), row.version, row.at],
  );
  return inserted.length > 0;
}

/** Changes what is held back of each product, whose rows are locked. */
async function changeReserved(tx: Tx, lines: readonly StockLine[], sign: 1 | -1): Promise<void> {
  await tx.query(
    `UPDATE products SET reserved = reserved + line.quantity
       FROM unnest($1::uuid[], $2::integer[]) AS line (product_id, quantity)
      WHERE products.id = line.product_id`,
    [lines.map(({ productId }) => productId), lines.map(({ quantity }) => sign * quantity)],
  );
}
