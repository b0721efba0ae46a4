import { demoOrders, demoProducts } from '@supergraph/events';
import { appendMessages } from '@supergraph/eventsourcing';
import type { Db, Tx } from '@supergraph/postgres';
import { insertCategory } from '../categories.ts';
import { productCreated } from '../domain/decisions.ts';
import type { Product } from '../domain/product.ts';
import { linesOf } from '../domain/reservation.ts';
import { productMessage } from '../productEvents.ts';
import { insertProduct } from '../productRows.ts';
import { demoCategories } from './demoCategories.ts';
import { demoDescriptions } from './demoDescriptions.ts';
import { retiredProducts } from './retiredProducts.ts';

/** The lock's number; advisory locks are per database. */
const demoLock = 4_201_002;
const batchSize = 50;

/** What the warehouse holds of each product: enough for a demo, of some the last pieces, of a few none. */
const stockOf = (index: number): number => (index % 29 === 28 ? 0 : index % 13 === 12 ? 3 : 40 + ((index * 37) % 160));

/** What the demo's paid orders wait for: they have not left the warehouse yet. */
const heldByOrder = demoOrders()
  .filter(({ status }) => status === 'PAID')
  .map(({ orderId, items, placedAt }) => ({ orderId, lines: linesOf(items), placedAt }));

const held = new Map<string, number>();
for (const { productId, quantity } of heldByOrder.flatMap(({ lines }) => lines))
  held.set(productId, (held.get(productId) ?? 0) + quantity);

/** The demo's catalogue as of a time: what is on sale, and a few products that are not any more. */
export const demoCatalogue = (at: string): readonly Product[] => {
  const describedAs = (kind: string) => ({
    description: demoDescriptions[kind] ?? '',
    version: 1,
    createdAt: at,
    updatedAt: at,
  });
  const onSale = demoProducts.map(({ kind, finish: _, ...product }, index) => {
    const reserved = held.get(product.id) ?? 0;
    return { ...product, ...describedAs(kind), onHand: stockOf(index) + reserved, reserved, active: true };
  });
  const retired = retiredProducts.map(({ kind, ...product }) => ({
    ...product,
    ...describedAs(kind),
    onHand: 2,
    reserved: 0,
    active: false,
  }));
  return [...onSale, ...retired];
};

/**
 * Fills an empty catalogue with the demo's categories and products, and holds back what the demo's paid orders wait
 * for. Processes that start at once wait for each other; whoever comes second finds it done.
 *
 * @returns how many products were loaded; 0 when there were some already.
 */
export async function loadDemoCatalogue(db: Db, now: () => Date): Promise<number> {
  const at = now().toISOString();
  return db.transaction(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [demoLock]);
    const present = await tx.query('SELECT 1 FROM products LIMIT 1');
    if (present.length > 0) return 0;
    for (const category of demoCategories) await insertCategory(tx, category);
    const products = demoCatalogue(at);
    for (const product of products) await insertProduct(tx, product);
    const cause = { userId: null, correlationId: 'demo-catalogue', causationId: null };
    for (let from = 0; from < products.length; from += batchSize)
      await appendMessages(
        tx,
        products.slice(from, from + batchSize).map((product) => productMessage(productCreated(product), 1)),
        cause,
      );
    await insertReservations(tx);
    return products.length;
  });
}

/**
 * The reservations of the demo's paid orders. Their events are history that nobody is told of again, so they are at
 * version 0: the next event of each is its first.
 */
async function insertReservations(tx: Tx): Promise<void> {
  await tx.query(
    `INSERT INTO stock_reservations (order_id, status, lines, version, created_at, updated_at)
     SELECT order_id, 'RESERVED', lines, 0, placed_at, placed_at
       FROM unnest($1::text[], $2::jsonb[], $3::timestamptz[]) AS paid (order_id, lines, placed_at)`,
    [
      heldByOrder.map(({ orderId }) => orderId),
      heldByOrder.map(({ lines }) => JSON.stringify(lines)),
      heldByOrder.map(({ placedAt }) => placedAt),
    ],
  );
}
