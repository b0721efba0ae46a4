import { DomainError } from '@supergraph/errors';
import type { Product } from './domain/product.ts';
import type { Loaders } from './loaders.ts';

/**
 * One product by exactly one of its keys; null when there is none to be seen.
 *
 * @throws DomainError BAD_USER_INPUT for no key or two
 */
export const findProduct = async (
  { productsById, productsBySku }: Loaders,
  { id, sku }: Readonly<{ id?: string | null; sku?: string | null }>,
): Promise<Product | null> => {
  if (typeof id === 'string' && typeof sku !== 'string') return productsById.load(id);
  if (typeof sku === 'string' && typeof id !== 'string') return productsBySku.load(sku);
  throw new DomainError('BAD_USER_INPUT', 'Ask for a product by exactly one of `id` and `sku`.');
};
