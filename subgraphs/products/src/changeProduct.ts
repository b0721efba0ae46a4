import { DomainError } from '@supergraph/errors';
import { appendMessages, type Cause } from '@supergraph/eventsourcing';
import type { Tx } from '@supergraph/postgres';
import { evolveProduct, type Product, type ProductChange } from './domain/product.ts';
import { productMessage } from './productEvents.ts';
import { lockProducts, saveProduct } from './productRows.ts';

/**
 * Locks a product, asks what happens to it, and writes product and events together: nobody sees one without the other.
 *
 * @returns the product afterwards.
 * @throws DomainError PRODUCT_NOT_FOUND, and whatever `decide` throws
 */
export async function changeProduct(
  tx: Tx,
  id: string,
  decide: (product: Product) => readonly ProductChange[],
  cause: Cause,
): Promise<Product> {
  const product = (await lockProducts(tx, [id])).get(id.toLowerCase());
  if (product === undefined) throw new DomainError('PRODUCT_NOT_FOUND', 'There is no such product.', { id });
  return applyChanges(tx, product, decide(product), cause);
}

/** Writes what happened to a product whose row is locked. */
export async function applyChanges(
  tx: Tx,
  product: Product,
  events: readonly ProductChange[],
  cause: Cause,
): Promise<Product> {
  if (events.length === 0) return product;
  const after = events.reduce(evolveProduct, product);
  await saveProduct(tx, after);
  await appendMessages(
    tx,
    events.map((event, index) => productMessage(event, product.version + index + 1)),
    cause,
  );
  return after;
}
