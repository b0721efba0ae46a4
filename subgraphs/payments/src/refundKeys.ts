import { isUniqueViolation, type Query } from '@supergraph/postgres';

type From = Readonly<{ query: Query }>;

/** Under which key of whose a refund was asked for, and what was asked. */
export type RefundRequest = Readonly<{ viewer: string; key: string; request: object }>;

/** The refund that a viewer asked for under this key before, and whether it was the same request. */
export async function findRefundKey(
  from: From,
  { viewer, key, request }: RefundRequest,
): Promise<Readonly<{ refundId: string; same: boolean }> | null> {
  const [row] = await from.query<{ refund_id: string; same: boolean }>(
    'SELECT refund_id, request = $3::jsonb AS same FROM refund_keys WHERE viewer = $1 AND key = $2',
    [viewer, key, JSON.stringify(request)],
  );
  return row === undefined ? null : { refundId: row.refund_id, same: row.same };
}

/** Remembers a key; fails with a unique violation when somebody else was faster, see {@link isRefundKeyTaken}. */
export async function keepRefundKey(
  tx: From,
  { viewer, key, request }: RefundRequest,
  { paymentId, refundId }: Readonly<{ paymentId: string; refundId: string }>,
): Promise<void> {
  await tx.query('INSERT INTO refund_keys (viewer, key, request, payment_id, refund_id) VALUES ($1, $2, $3, $4, $5)', [
    viewer,
    key,
    JSON.stringify(request),
    paymentId,
    refundId,
  ]);
}

/** Whether a transaction failed because the same key was used at the same moment. */
export const isRefundKeyTaken = (error: unknown): boolean => isUniqueViolation(error, 'refund_keys_pkey');
