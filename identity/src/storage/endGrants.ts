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

/** A request that is under way may sign once more, and the clock that it signs by may be ahead of the database's. */
const inFlightSeconds = 10;

/**
 * Ends everything that a program was given, by whoever it was: one revocation for all of its access tokens, since it may
 * have a million grants.
 *
 * @param tokenSeconds the life of an access token
 */
export const endClient = async (tx: Pick<Tx, 'query'>, clientId: string, tokenSeconds: number): Promise<void> => {
  await tx.query('DELETE FROM refresh_tokens USING grants WHERE grant_id = grants.id AND grants.client_id = $1', [
    clientId,
  ]);
  await tx.query('DELETE FROM grants WHERE client_id = $1', [clientId]);
  const issuedUntil = (await secondsNow(tx)) + inFlightSeconds;
  await recordRevocation(tx, revoked.client(clientId, issuedUntil), tokenSeconds + inFlightSeconds);
};

/** Ends the access tokens of a program that may do less from now on; others are to be had at once. */
export const endClientRights = async (tx: Pick<Tx, 'query'>, clientId: string, tokenSeconds: number): Promise<void> =>
  recordRevocation(tx, revoked.clientRights(clientId, await secondsNow(tx)), tokenSeconds);

/** By the clock that all replicas have in common, and whoever has the command line too. */
const secondsNow = async (tx: Pick<Tx, 'query'>): Promise<number> => {
  const [row] = await tx.query<{ now: number }>('SELECT floor(extract(epoch FROM clock_timestamp()))::float8 AS now');
  return row?.now ?? 0;
};
