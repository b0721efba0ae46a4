import { revoked } from '@supergraph/auth';
import type { Tx } from '@supergraph/postgres';
import { recordRevocation } from '../tokens/recordRevocation.ts';

/**
 * Ends grants and all that was given for them, at once or not at all: refresh tokens are gone, codes are worth nothing
 * without their grant, and access tokens are on the list that gateways go by.
 *
 * @param tokenSeconds the life of an access token
 */
export const endGrants = async (tx: Pick<Tx, 'query'>, ids: readonly string[], tokenSeconds: number): Promise<void> => {
  await tx.query('DELETE FROM refresh_tokens WHERE grant_id = ANY($1)', [ids]);
  await tx.query('DELETE FROM grants WHERE id = ANY($1)', [ids]);
  for (const id of ids) await recordRevocation(tx, revoked.grant(id), tokenSeconds);
};
