import type { Tx } from '@supergraph/postgres';

/** Clocks of gateways may be this far behind ours. */
const skewSeconds = 60;

/**
 * Writes a revocation down, in the transaction of what it follows from, so that neither is there without the other. It is
 * told to gateways within a second (createRevocations), whoever wrote it, and whatever goes down meanwhile.
 *
 * @param lifeSeconds the longest that a token which it ends may live from now
 */
export const recordRevocation = async (tx: Pick<Tx, 'query'>, member: string, lifeSeconds: number): Promise<void> => {
  await tx.query(
    `INSERT INTO revocations (member, until_at) VALUES ($1, now() + make_interval(secs => $2))
     ON CONFLICT (member) DO UPDATE SET until_at = greatest(revocations.until_at, excluded.until_at), delivered_at = NULL`,
    [member, Math.max(0, lifeSeconds) + skewSeconds],
  );
};
