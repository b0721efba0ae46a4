import { createHash } from 'node:crypto';
import { DomainError } from '@supergraph/errors';
import type { Tx } from '@supergraph/postgres';

/** A key as a viewer sent it, with what it was sent for. */
export type IdempotencyClaim = Readonly<{ viewerId: string; key: string; payload: unknown; orderId: string }>;

/** The same input gives the same hash: callers build `payload` with its fields in a fixed order. */
const hashOf = (payload: unknown): Buffer => createHash('sha256').update(JSON.stringify(payload)).digest();

/**
 * Takes a key for an order that is about to be placed. When two requests with one key arrive at once, the second one
 * waits here until the first has committed or rolled back.
 *
 * @returns null when the key is now taken for this order, else the id of the order it was taken for before.
 * @throws DomainError IDEMPOTENCY_KEY_REUSED when the key was taken for another input.
 */
export async function claimKey(tx: Tx, { viewerId, key, payload, orderId }: IdempotencyClaim): Promise<string | null> {
  const hash = hashOf(payload);
  const taken = await tx.query(
    `INSERT INTO idempotency_keys (viewer_id, idempotency_key, payload_hash, order_id) VALUES ($1, $2, $3, $4)
     ON CONFLICT DO NOTHING RETURNING order_id`,
    [viewerId, key, hash, orderId],
  );
  if (taken.length > 0) return null;
  const [earlier] = await tx.query<{ payload_hash: Buffer; order_id: string }>(
    'SELECT payload_hash, order_id FROM idempotency_keys WHERE viewer_id = $1 AND idempotency_key = $2',
    [viewerId, key],
  );
  if (earlier === undefined || !earlier.payload_hash.equals(hash))
    throw new DomainError('IDEMPOTENCY_KEY_REUSED', 'This idempotency key was used for another order.');
  return earlier.order_id;
}

/** Gives a key back: nothing was ordered, so the client may use it again. */
export async function releaseKey(tx: Tx, { viewerId, key }: Pick<IdempotencyClaim, 'viewerId' | 'key'>): Promise<void> {
  await tx.query('DELETE FROM idempotency_keys WHERE viewer_id = $1 AND idempotency_key = $2', [viewerId, key]);
}
