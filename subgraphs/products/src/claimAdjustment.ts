import type { Principal } from '@supergraph/auth';
import { DomainError } from '@supergraph/errors';
import type { Tx } from '@supergraph/postgres';
import { isUuid } from './text.ts';

/** An adjustment as it was asked for. */
export type Adjustment = Readonly<{ id: string; delta: number; reason: string; idempotencyKey: string }>;

/**
 * Enters an adjustment into the books. The entry goes away with the transaction when the adjustment is refused, so that
 * the key can be used again; a second request under the key waits here until the first has ended.
 *
 * @returns false when the very same adjustment was made before: it must not be made twice.
 * @throws DomainError IDEMPOTENCY_KEY_REUSED when the key stands for another adjustment
 * @throws DomainError PRODUCT_NOT_FOUND
 */
export async function claimAdjustment(
  tx: Tx,
  viewer: Principal,
  { id, delta, reason, idempotencyKey }: Adjustment,
  at: string,
): Promise<boolean> {
  const unknown = (): DomainError => new DomainError('PRODUCT_NOT_FOUND', 'There is no such product.', { id });
  if (!isUuid(id)) throw unknown();
  // Keys are made by clients: two viewers may come upon the same one.
  const owner = viewer.kind === 'anonymous' ? viewer.kind : `${viewer.kind}:${viewer.id}`;
  const entered = await tx.query(
    `INSERT INTO stock_adjustments (viewer, idempotency_key, product_id, delta, reason, adjusted_at)
     SELECT $1, $2, id, $4, $5, $6 FROM products WHERE id = $3
     ON CONFLICT (viewer, idempotency_key) DO NOTHING
     RETURNING product_id`,
    [owner, idempotencyKey, id, delta, reason, at],
  );
  if (entered.length > 0) return true;
  const [before] = await tx.query<{ product_id: string; delta: number; reason: string }>(
    'SELECT product_id, delta, reason FROM stock_adjustments WHERE viewer = $1 AND idempotency_key = $2',
    [owner, idempotencyKey],
  );
  if (before === undefined) throw unknown();
  if (before.product_id !== id.toLowerCase() || before.delta !== delta || before.reason !== reason)
    throw new DomainError('IDEMPOTENCY_KEY_REUSED', 'This idempotency key was used for another adjustment.');
  return false;
}
